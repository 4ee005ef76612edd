import {
  skipToken,
  useQuery,
  useQueryClient,
  type DefaultError,
  type QueryFunctionContext,
  type SkipToken,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { KyInstance } from 'ky'

import { forageQueryKey, type ForageQueryKey } from './forage-query-key.ts'
import { tokenAwareRetry, type QueryRetry, type QueryRetryDelay } from './query-defaults.ts'
import { useSessionScope } from './session-context.ts'
import { useForageClient } from './use-forage-client.ts'

export type ForageQueryContext<Key extends readonly unknown[] = readonly unknown[]> = QueryFunctionContext<
  ForageQueryKey<Key>
> & {
  /** Attaches the token, and replays once on a 401 about it. */
  forage: KyInstance
}

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

/**
 * TanStack Query's `useQuery` with a client for Forage. Asks for the first token. What was read in a checkout
 * is cancelled and removed when the provider's `checkoutId` changes.
 */
export function useForageQuery<
  Fetched = unknown,
  Failure = DefaultError,
  Data = Fetched,
  const Key extends readonly unknown[] = readonly unknown[],
>(options: UseForageQueryOptions<Fetched, Failure, Data, Key>): UseQueryResult<Data, Failure> {
  const { session, checkoutId, enabled, clock } = useSessionScope()
  const forage = useForageClient()
  const defaults = useQueryClient().getDefaultOptions().queries
  const { queryKey, queryFn } = options
  return useQuery({
    ...options,
    ...tokenAwareRetry<Failure>({
      session,
      clock,
      retry: options.retry ?? (defaults?.retry as QueryRetry<Failure> | undefined),
      retryDelay: options.retryDelay ?? (defaults?.retryDelay as QueryRetryDelay<Failure> | undefined),
    }),
    ...(!enabled && { enabled }),
    queryKey: forageQueryKey(checkoutId, queryKey),
    queryFn: queryFn === skipToken ? skipToken : (context) => queryFn({ ...context, forage }),
  })
}
