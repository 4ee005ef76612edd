import type { DatabaseSync } from 'node:sqlite'

import type { SavedCard } from '../api/shop-api.ts'

/** The cards that customers come back with. Forage has their numbers; here are their names there. */
export interface SavedCards {
  save(customer: string, card: SavedCard): void
  /** The latest first. */
  of(customer: string): SavedCard[]
  find(customer: string, ref: string): SavedCard | undefined
  forget(customer: string, ref: string): void
}

export function createSavedCards(database: DatabaseSync, now: () => number): SavedCards {
  const upsert = database.prepare(
    'INSERT INTO cards VALUES (?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE SET saved_at = excluded.saved_at',
  )
  const select = database.prepare('SELECT ref, last4 FROM cards WHERE customer = ? ORDER BY saved_at DESC')
  const remove = database.prepare('DELETE FROM cards WHERE customer = ? AND ref = ?')
  const of = (customer: string): SavedCard[] =>
    (select.all(customer) as unknown as SavedCard[]).map(({ ref, last4 }) => ({ ref, last4 }))
  return {
    save: (customer, { ref, last4 }) => void upsert.run(ref, customer, last4, now()),
    of,
    find: (customer, ref) => of(customer).find((card) => card.ref === ref),
    forget: (customer, ref) => void remove.run(customer, ref),
  }
}
