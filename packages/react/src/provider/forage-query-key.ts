import type { QueryClient } from '@tanstack/react-query'

/** Every query of a checkout begins with this, so that another checkout never reads it. */
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
 * Cancels and removes what was read in a checkout, and the results of its mutations. A mutation under way keeps
 * its callbacks: what was sent cannot be taken back, and whoever waits for a payment hears of it.
 */
export function forgetCheckout(client: QueryClient, checkoutId: string | undefined): void {
  const key = forageQueryKey(checkoutId, [])
  // A query that is removed is cancelled.
  client.removeQueries({ queryKey: key })
  const mutations = client.getMutationCache()
  for (const mutation of mutations.findAll({ mutationKey: key })) {
    if (mutation.state.status !== 'pending') mutations.remove(mutation)
  }
}
