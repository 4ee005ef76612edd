import { isForageSessionError } from '@forage-session/core'
import {
  skipToken,
  useQuery,
  useQueryClient,
  type DefaultError,
  type DefinedUseQueryResult,
  type Query,
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

/** The context of TanStack Query's `queryFn`, with a client that attaches the token. */
export type ForageQueryContext<Key extends readonly unknown[] = readonly unknown[]> = QueryFunctionContext<
  ForageQueryKey<Key>
> & {
  /** Attaches the token, and replays a request once after a 401 about it. Its requests are canceled with the query. */
  forage: KyInstance
}

/** The options of TanStack Query's `useQuery`, with a `queryFn` that receives a {@link ForageQueryContext}. */
export type UseForageQueryOptions<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  Key extends readonly unknown[] = readonly unknown[],
> = Omit<UseQueryOptions<Fetched, Failure, Data, ForageQueryKey<Key>>, 'queryKey' | 'queryFn'> & {
  /** Becomes `["forage", checkoutId, ...queryKey]`. */
  queryKey: Key
  /** Reads the data. `skipToken` disables the query. */
  queryFn: ((context: ForageQueryContext<Key>) => Fetched | Promise<Fetched>) | SkipToken
}

/** With initial data, `data` is never undefined. */
interface DefinedInitialData<Fetched> {
  initialData: Exclude<Fetched, undefined> | (() => Exclude<Fetched, undefined>)
}

/**
 * Calls TanStack Query's `useQuery` with a client for Forage. The query requests the first token and is pending until
 * one is available. An error about the token becomes the query's error only if the session does not retry it. Only
 * the query's `retry` repeats a request, not ky. After such an error it is sent again when a token arrives. If the
 * checkout changes, and after `clear()`, its queries are canceled and removed. `placeholderData` gets the previous data
 * of the same checkout only.
 *
 * @example
 * ```tsx
 * import { useForageQuery } from '@forage-session/react'
 *
 * export function Balance({ cardRef }: { cardRef: string }) {
 *   const { data } = useForageQuery({
 *     queryKey: ['payment_method', cardRef],
 *     queryFn: ({ forage }) =>
 *       forage.get(`api/payment_methods/${cardRef}/`).json<{ balance: { snap: string } | null }>(),
 *   })
 *   return <p>EBT SNAP: {data?.balance?.snap ?? '…'}</p>
 * }
 * ```
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
  const { session, checkoutId, clears, enabled, clock } = useSessionScope()
  const { forage } = useCheckoutClient()
  const { queryFn, ...others } = options
  const queryKey = forageQueryKey(checkoutId, options.queryKey)
  // Includes the defaults of the client and of the key.
  const client = useQueryClient()
  const { retry, networkMode, placeholderData } = client.defaultQueryOptions({ ...others, queryKey })
  // A component that keeps its previous data over a change of the key would show another customer's. After `clear()`
  // only the queries that are still in the cache are of this customer.
  const isShown = (query: Query | undefined): boolean | undefined =>
    query &&
    query.queryKey[1] === checkoutId &&
    (!clears || client.getQueryCache().get(query.queryHash) === query)
  return useQuery({
    ...others,
    retry: exceptTokenErrors(retry),
    ...(typeof placeholderData === 'function' && {
      placeholderData: ((data?: never, query?: never) =>
        isShown(query)
          ? (placeholderData as Placeholder)(data, query)
          : (placeholderData as Placeholder)()) as never,
    }),
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

/** An error about the token that reaches the query is final, so a retry would fail as well. 3 is TanStack's default. */
function exceptTokenErrors<Failure>(retry: Retry<Failure> = 3): Retry<Failure> {
  return (failureCount, error) => {
    if (isForageSessionError(error)) return false
    if (typeof retry === 'function') return retry(failureCount, error)
    return typeof retry === 'number' ? failureCount < retry : retry
  }
}

type Placeholder = (data?: never, query?: never) => unknown
