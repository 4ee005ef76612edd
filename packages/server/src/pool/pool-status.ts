import { fingerprint } from '../shared/fingerprint.ts'
import { never } from '../slot/failure-policy.ts'
import {
  emptySlot,
  isUsable,
  sealedTokens,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
} from '../slot/slot-document.ts'

/** As this process last saw the pool. Times in ms on the server's clock; `retryAt` null: not by itself. */
export type PoolStatus = PoolTokens & PoolState

/** The tokens of a pool beside the current one. */
export interface PoolTokens {
  /** Its name. */
  pool: string
  /** Retired tokens that wait to be revoked. */
  draining: number
  /** Mints whose outcome is unknown, and tokens that no key here opens: each may be alive, and counts against Forage's limit. */
  unknown: number
}

/** What a pool can do now. Times are in ms on the server's clock; a null `retryAt` is never by itself. */
export type PoolState =
  | { state: 'empty' }
  | { state: 'ready'; fingerprint: string; expiresAt: number; renewAt: number }
  /** Usable, but the last renewal failed, or the token is this process's own because the store is down. */
  | { state: 'degraded'; fingerprint: string; expiresAt: number; code: string; retryAt: number | null }
  | { state: 'failed'; code: string; retryAt: number | null }
  /** Stopped with `freeze`, until `thaw`. */
  | { state: 'frozen'; reason: string; at: number }

/** What this process has of its own, without the slot. */
interface LocalState {
  token?: TokenRecord | undefined
  failure?: SlotFailure | undefined
}

export function poolStatus(
  pool: string,
  doc: SlotDocument = emptySlot,
  local: LocalState,
  now: number,
): PoolStatus {
  const draining = doc.draining.filter(({ isSealed }) => !isSealed).length
  const unknown = doc.suspects.length + sealedTokens(doc).length
  return { pool, draining, unknown, ...poolState(doc, local, now) }
}

function poolState({ current, failure, frozen }: SlotDocument, local: LocalState, now: number): PoolState {
  if (frozen) return { state: 'frozen', ...frozen }
  if (isUsable(current, now) && failure?.kind !== 'rejected') return usableState(current, failure)
  if (local.token)
    return { state: 'degraded', ...token(local.token), code: 'store_unavailable', retryAt: now }
  const reason = failure ?? local.failure
  return reason ? { state: 'failed', ...facts(reason) } : { state: 'empty' }
}

function usableState(current: TokenRecord, failure: SlotFailure | null): PoolState {
  if (failure) return { state: 'degraded', ...token(current), ...facts(failure) }
  return { state: 'ready', ...token(current), renewAt: current.advisoryAt }
}

function token(record: TokenRecord): { fingerprint: string; expiresAt: number } {
  return { fingerprint: fingerprint(record.token), expiresAt: record.expiresAt }
}

function facts({ code, nextAttemptAt }: SlotFailure): { code: string; retryAt: number | null } {
  return { code, retryAt: nextAttemptAt === never ? null : nextAttemptAt }
}
