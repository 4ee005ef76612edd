import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/**
 * The provider of the second tender, which pays for everything that no benefit pays for. Every such provider has these
 * four calls. The demo's provider approves each charge of the card on file.
 */
export interface CardProcessor {
  /** Holds the amount and returns the authorization. The same key returns the same authorization. */
  authorize(idempotencyKey: string, cents: number): Promise<string>
  /** Charges the held amount. Repeated calls charge once. */
  capture(authorization: string): Promise<void>
  /** Releases the held amount. */
  release(authorization: string): Promise<void>
  /** Refunds the amount. The same key refunds once. */
  refund(idempotencyKey: string, authorization: string, cents: number): Promise<void>
}

/** Creates the demo's provider, which keeps its books in the merchant's database. */
export function createCardProcessor(database: DatabaseSync): CardProcessor {
  const insert = database.prepare(
    "INSERT INTO authorizations VALUES (?, ?, ?, 'held') ON CONFLICT (idempotency_key) DO NOTHING",
  )
  const byKey = database.prepare('SELECT id FROM authorizations WHERE idempotency_key = ?')
  const update = database.prepare('UPDATE authorizations SET status = ? WHERE id = ? AND status = ?')
  const insertRefund = database.prepare(
    'INSERT INTO card_refunds VALUES (?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING',
  )
  return {
    async authorize(idempotencyKey, cents) {
      insert.run(randomUUID(), idempotencyKey, cents)
      return String(byKey.get(idempotencyKey)?.['id'])
    },
    async capture(authorization) {
      update.run('captured', authorization, 'held')
    },
    async release(authorization) {
      update.run('released', authorization, 'held')
    },
    async refund(idempotencyKey, authorization, cents) {
      insertRefund.run(idempotencyKey, authorization, cents)
    },
  }
}
