import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/**
 * The provider of the second tender, which pays for everything that no benefit pays for. Every such provider has these
 * four calls. Each can be repeated: a lost answer is found out by the same call.
 */
export interface CardProcessor {
  /** Holds the amount and returns the authorization. The same key returns the same authorization, even a released one. */
  authorize(idempotencyKey: string, cents: number): Promise<string>
  /** Charges the held amount once. Returns false if it is not charged, because it was released. */
  capture(authorization: string): Promise<boolean>
  /** Releases the held amount. Returns false if it is not released, because it was charged. */
  release(authorization: string): Promise<boolean>
  /** Refunds a part of the charged amount. The same key refunds once. Returns false if it is refused for good. */
  refund(idempotencyKey: string, authorization: string, cents: number): Promise<boolean>
}

/** Creates the demo's provider, which approves every charge. It keeps its books in the merchant's database. */
export function createCardProcessor(database: DatabaseSync): CardProcessor {
  const insert = database.prepare(
    "INSERT INTO authorizations VALUES (?, ?, ?, 'held') ON CONFLICT (idempotency_key) DO NOTHING",
  )
  const byKey = database.prepare('SELECT id FROM authorizations WHERE idempotency_key = ?')
  const update = database.prepare("UPDATE authorizations SET status = ? WHERE id = ? AND status = 'held'")
  const statusOf = database.prepare('SELECT status FROM authorizations WHERE id = ?')
  /** Ends the hold once. Returns whether it ended this way, now or before. */
  const end = (authorization: string, status: 'captured' | 'released'): boolean => {
    update.run(status, authorization)
    return statusOf.get(authorization)?.['status'] === status
  }
  const insertRefund = database.prepare(
    `INSERT INTO card_refunds SELECT :key, id, :cents FROM authorizations
     WHERE id = :authorization AND status = 'captured' AND cents >= :cents + (
       SELECT coalesce(sum(cents), 0) FROM card_refunds WHERE authorization_id = :authorization
     )`,
  )
  const isRefunded = database.prepare('SELECT 1 FROM card_refunds WHERE idempotency_key = ?')
  return {
    async authorize(idempotencyKey, cents) {
      insert.run(randomUUID(), idempotencyKey, cents)
      return String(byKey.get(idempotencyKey)?.['id'])
    },
    capture: async (authorization) => end(authorization, 'captured'),
    release: async (authorization) => end(authorization, 'released'),
    // More than was charged cannot be refunded.
    refund: async (key, authorization, cents) =>
      isRefunded.get(key) !== undefined || insertRefund.run({ key, authorization, cents }).changes === 1,
  }
}
