import { isForageSessionError } from '@forage-session/core'
import {
  skipToken,
  useQuery,
  useQueryClient,
  type DefaultError,
  type DefinedUseQueryResult,
  type QueryFunctionContext,
  type SkipToken,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { KyInstance } from 'ky'

import { forageQueryKey, type ForageQueryKey } from '../provider/forage-query-key.ts'
import { useSessionScope } from '../provider/session-context.ts'
import { useCheckoutClient } from './use-checkout-client.ts'
import { waitForToken } from './wait-for-token.ts'

/** The context of TanStack Query's `queryFn`, with a client that carries the token. */
export type ForageQueryContext<Key extends readonly unknown[] = readonly unknown[]> = QueryFunctionContext<
  ForageQueryKey<Key>
> & {
  /** Attaches the token, and replays once on a 401 about it. Cancelled with the query. */
  forage: KyInstance
}

/** The options of TanStack Query's `useQuery`, whose `queryFn` is given {@link ForageQueryContext}. */
export type UseForageQueryOptions<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  Key extends readonly unknown[] = readonly unknown[],
> = Omit<UseQueryOptions<Fetched, Failure, Data, ForageQueryKey<Key>>, 'queryKey' | 'queryFn'> & {
  /** Becomes `["forage", checkoutId, ...queryKey]`. */
  queryKey: Key
  queryFn: ((context: ForageQueryContext<Key>) => Fetched | Promise<Fetched>) | SkipToken
}

/** With it there is always data. */
interface DefinedInitialData<Fetched> {
  initialData: Exclude<Fetched, undefined> | (() => Exclude<Fetched, undefined>)
}

/**
 * TanStack Query's `useQuery` with a client for Forage. Asks for the first token, and is pending until there is
 * one: only an error about the token that the page has to help with becomes the query's error. Only the query's
 * `retry` repeats a request, not ky. What was read in a checkout is cancelled and removed when the provider's
 * `checkoutId` changes.
 */
export function useForageQuery<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  const Key extends readonly unknown[] = readonly unknown[],
>(
  options: UseForageQueryOptions<Fetched, Failure, Data, Key> & DefinedInitialData<Fetched>,
): DefinedUseQueryResult<Data, Failure>
export function useForageQuery<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  const Key extends readonly unknown[] = readonly unknown[],
>(options: UseForageQueryOptions<Fetched, Failure, Data, Key>): UseQueryResult<Data, Failure>
export function useForageQuery<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  const Key extends readonly unknown[] = readonly unknown[],
>(options: UseForageQueryOptions<Fetched, Failure, Data, Key>): UseQueryResult<Data, Failure> {
  const { session, checkoutId, enabled, clock } = useSessionScope()
  const { forage } = useCheckoutClient()
  const { queryFn, ...others } = options
  const queryKey = forageQueryKey(checkoutId, options.queryKey)
  // With the defaults of the client and of the key.
  const { retry, networkMode } = useQueryClient().defaultQueryOptions({ ...others, queryKey })
  return useQuery({
    ...others,
    retry: unlessOfToken(retry),
    ...(!enabled && { enabled }),
    queryKey,
    queryFn:
      queryFn === skipToken
        ? skipToken
        : (context) => {
            const { signal } = context
            return waitForToken({ session, clock, signal, networkMode }, () =>
              queryFn({ ...context, forage: forage.extend({ signal }) }),
            )
          },
  })
}

type Retry<Failure> = NonNullable<UseQueryOptions<unknown, Failure>['retry']>

/** An error about the token that comes here would only come again. The default is TanStack Query's. */
function unlessOfToken<Failure>(retry: Retry<Failure> = 3): Retry<Failure> {
  return (failureCount, error) => {
    if (isForageSessionError(error)) return false
    if (typeof retry === 'function') return retry(failureCount, error)
    return typeof retry === 'number' ? failureCount < retry : retry
  }
}
