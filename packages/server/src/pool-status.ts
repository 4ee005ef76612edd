import { never } from './failure-policy.ts'
import { fingerprint } from './fingerprint.ts'
import { isUsable, type SlotDocument, type SlotFailure } from './token-slot.ts'

/** As this process last saw the pool. Times in ms on the server's clock; `retryAt` null: not by itself. */
export type PoolStatus = { pool: string } & (
  | { state: 'empty' }
  | { state: 'ready'; fingerprint: string; expiresAt: number; renewAt: number }
  /** Usable, but the last renewal failed. */
  | { state: 'degraded'; fingerprint: string; expiresAt: number; code: string; retryAt: number | null }
  | { state: 'failed'; code: string; retryAt: number | null }
)

export function poolStatus(pool: string, doc: SlotDocument | undefined, now: number): PoolStatus {
  const current = doc?.current ?? null
  const failure = doc?.failure ?? null
  if (!isUsable(current, now) || failure?.kind === 'rejected') {
    return failure ? { pool, state: 'failed', ...facts(failure) } : { pool, state: 'empty' }
  }
  const token = { fingerprint: fingerprint(current.token), expiresAt: current.expiresAt }
  if (failure) return { pool, state: 'degraded', ...token, ...facts(failure) }
  return { pool, state: 'ready', ...token, renewAt: current.advisoryAt }
}

function facts({ code, nextAttemptAt }: SlotFailure): { code: string; retryAt: number | null } {
  return { code, retryAt: nextAttemptAt === never ? null : nextAttemptAt }
}
