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
export function forgetCheckout(client: QueryClient, checkoutId: string | undefined): void {
  const key = forageQueryKey(checkoutId, [])
  // TanStack Query cancels a query when it removes it.
  client.removeQueries({ queryKey: key })
  const mutations = client.getMutationCache()
  for (const mutation of mutations.findAll({ mutationKey: key })) {
    if (mutation.state.status !== 'pending') mutations.remove(mutation)
  }
}
