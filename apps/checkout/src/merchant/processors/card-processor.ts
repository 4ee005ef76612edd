import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/**
 * The second tender: what no benefit pays for. A merchant has a payment provider for it; the four calls below are
 * what such a provider has, and this one, for the demo, approves a card on file.
 */
export interface CardProcessor {
  /** Holds the amount. The same key, the same authorization. */
  authorize(idempotencyKey: string, cents: number): Promise<string>
  /** Charges what is held; once, however often it is asked for. */
  capture(authorization: string): Promise<void>
  /** Gives up what is held. */
  release(authorization: string): Promise<void>
  /** The same key, the same refund. */
  refund(idempotencyKey: string, authorization: string, cents: number): Promise<void>
}

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
