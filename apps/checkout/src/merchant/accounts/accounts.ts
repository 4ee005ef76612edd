import { createHash } from 'node:crypto'

import type { Account } from '../api/shop-api.ts'

/** The demo's customers. The demo needs no password. */
export const customers: readonly Account[] = [
  { id: 'maria', name: 'Maria Lopez' },
  { id: 'james', name: 'James Carter' },
]

/** The demo's staff, who see all orders and make refunds. */
export const staff: readonly Account[] = [{ id: 'store', name: 'Store manager' }]

/** Returns the customer id for Forage, which requires an id without personal data. */
export function hashedCustomer(customer: string): string {
  return createHash('sha256').update(customer).digest('hex')
}
