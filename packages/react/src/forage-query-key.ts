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

/** Cancels and removes what was read in a checkout. */
export function forgetCheckout(client: QueryClient | undefined, checkoutId: string | undefined): void {
  const ofCheckout = { queryKey: forageQueryKey(checkoutId, []) }
  void client?.cancelQueries(ofCheckout)
  client?.removeQueries(ofCheckout)
}
