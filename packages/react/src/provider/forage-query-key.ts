import { isForageSessionError } from '@forage-session/core'
import type { QueryClient } from '@tanstack/react-query'

/** The key of a query of a checkout. No other checkout uses the same key, so that no customer reads another's data. */
export type ForageQueryKey<Key extends readonly unknown[] = readonly unknown[]> = readonly [
  'forage',
  string | undefined,
  ...Key,
]

export function forageQueryKey<Key extends readonly unknown[]>(
  checkoutId: string | undefined,
  queryKey: Key,
): ForageQueryKey<Key> {
  return ['forage', checkoutId, ...queryKey]
}

/**
 * Cancels and removes the queries of a checkout, and removes its finished mutations. A pending mutation keeps its
 * callbacks: its request cannot be taken back, and the page still has to learn whether the payment succeeded.
 */
export function forgetCheckout(client: QueryClient | undefined, queryKey: ForageQueryKey): void {
  // TanStack Query cancels a query when it removes it.
  client?.removeQueries({ queryKey })
  const mutations = client?.getMutationCache()
  for (const mutation of mutations?.findAll({ mutationKey: queryKey }) ?? []) {
    if (mutation.state.status !== 'pending') mutations?.remove(mutation)
  }
}

/** Whether the API answered 401. Read by the shape of the errors of ky, axios and ofetch. */
export function isUnauthorized(error: unknown): boolean {
  return (error as { response?: { status?: unknown } } | null)?.response?.status === 401
}

/**
 * Sends the active queries again whose error was about the token, after a failure of the token itself. Two queries
 * that the API refuses with every token fail without one: they must not renew it for each other without end.
 */
export function refetchAfterFailure(client: QueryClient | undefined, queryKey: ForageQueryKey): void {
  void client?.refetchQueries({
    queryKey,
    type: 'active',
    predicate: ({ state: { error, fetchStatus } }) =>
      fetchStatus === 'idle' && (isForageSessionError(error) || isUnauthorized(error)),
  })
}
