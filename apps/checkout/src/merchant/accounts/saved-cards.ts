import type { DatabaseSync } from 'node:sqlite'

import type { SavedCard } from '../api/shop-api.ts'

/** The cards that customers saved. Forage keeps the numbers; the shop keeps only Forage's refs and the last 4 digits. */
export interface SavedCards {
  save(customer: string, card: SavedCard): void
  /** Returns the customer's cards, latest first. */
  of(customer: string): SavedCard[]
  find(customer: string, ref: string): SavedCard | undefined
  remove(customer: string, ref: string): void
}

export function createSavedCards(database: DatabaseSync, now: () => number): SavedCards {
  const upsert = database.prepare(
    'INSERT INTO cards VALUES (?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET saved_at = excluded.saved_at',
  )
  const select = database.prepare('SELECT ref, last4 FROM cards WHERE customer = ? ORDER BY saved_at DESC')
  const deleteCard = database.prepare('DELETE FROM cards WHERE customer = ? AND ref = ?')
  const of = (customer: string): SavedCard[] =>
    (select.all(customer) as unknown as SavedCard[]).map(({ ref, last4 }) => ({ ref, last4 }))
  return {
    save: (customer, { ref, last4 }) => void upsert.run(ref, customer, last4, now()),
    of,
    find: (customer, ref) => of(customer).find((card) => card.ref === ref),
    remove: (customer, ref) => void deleteCard.run(customer, ref),
  }
}
