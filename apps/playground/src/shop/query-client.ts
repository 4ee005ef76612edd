import { QueryClient } from '@tanstack/react-query'

/** Creates the queries of one tab. No request leaves the page, so they do not wait for a network. */
export function createQueryClient(): QueryClient {
  const networkMode = 'always'
  return new QueryClient({ defaultOptions: { queries: { networkMode }, mutations: { networkMode } } })
}
