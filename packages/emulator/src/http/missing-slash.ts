import type { RouteContext } from '../context/context.ts'
import type { Endpoint } from './endpoint.ts'
import { notFound } from './not-found.ts'

/**
 * Returns the handler of a path that no endpoint has. If only the last slash is missing, it redirects to the right path
 * before it reads anything else, with every method, as Django's APPEND_SLASH does.
 */
export function redirectToSlash(endpoints: readonly Pick<Endpoint, 'path'>[]): (c: RouteContext) => Response {
  const patterns = [...new Set(endpoints.map(({ path }) => path))].map(
    (path) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
  )
  return (c) => {
    const slashed = `${c.req.path}/`
    if (!patterns.some((pattern) => pattern.test(slashed))) return notFound(c)
    const { pathname, search } = new URL(c.req.url)
    return c.redirect(`${pathname}/${search}`, 301)
  }
}
