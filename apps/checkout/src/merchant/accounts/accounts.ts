import { createHash } from 'node:crypto'

import type { Account } from '../api/shop-api.ts'

/** A demo's customers: it asks for no password. */
export const customers: readonly Account[] = [
  { id: 'maria', name: 'Maria Lopez' },
  { id: 'james', name: 'James Carter' },
]

/** Who refunds. */
export const staff: readonly Account[] = [{ id: 'store', name: 'Store manager' }]

/** Forage asks for a name of the customer that tells nothing about the person. */
export function hashedCustomer(customer: string): string {
  return createHash('sha256').update(customer).digest('hex')
}
