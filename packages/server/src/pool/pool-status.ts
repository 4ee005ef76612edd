import { fingerprint } from '../shared/fingerprint.ts'
import { never } from '../slot/failure-policy.ts'
import { failureAt } from '../slot/slot-decision.ts'
import {
  emptySlot,
  isUsable,
  isUsedByOthers,
  unknownTokens,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
} from '../slot/slot-document.ts'

/**
 * A pool as this process last saw it, without a token. Times are in ms since the epoch on the server's clock. If `retryAt`
 * is null, only an operator can end the state.
 */
export type PoolStatus = PoolTokens & PoolState

/** The tokens of a pool other than the current one. */
export interface PoolTokens {
  /** The name of the pool. */
  pool: string
  /** The number of retired tokens that wait for their revocation. */
  draining: number
  /**
   * The number of mints with an unknown outcome and of tokens that no key of this instance opens, and one more if the store
   * lost the slot. Each may be alive and counts against Forage's limit.
   */
  unknown: number
}

/** The state of a pool. */
export type PoolState =
  | { state: 'empty' }
  | { state: 'ready'; fingerprint: string; expiresAt: number; renewAt: number }
  /**
   * Usable, but the last renewal failed, or the token is only this process's: the store is down, or no sealing key of this
   * instance opens the shared token.
   */
  | { state: 'degraded'; fingerprint: string; expiresAt: number; code: string; retryAt: number | null }
  /** No token. From `retryAt`, the next call tries again. */
  | { state: 'failed'; code: string; retryAt: number | null }
  /** Stopped with `freeze`, until `thaw`. */
  | { state: 'frozen'; reason: string; at: number }

/** The state of this process apart from the slot. */
interface LocalState {
  token?: TokenRecord | undefined
  /** Why there is no private token. */
  failure?: SlotFailure | undefined
  /** The reason why only this instance does not mint. */
  own?: SlotFailure | undefined
}

export function poolStatus(
  pool: string,
  doc: SlotDocument = emptySlot,
  local: LocalState,
  now: number,
): PoolStatus {
  const draining = doc.draining.filter(({ isSealed }) => !isSealed).length
  return { pool, draining, unknown: unknownTokens(doc, now), ...poolState(doc, local, now) }
}

function poolState(doc: SlotDocument, local: LocalState, now: number): PoolState {
  const { current, frozen } = doc
  const failure = failureAt(doc, now)
  if (frozen) return { state: 'frozen', ...frozen }
  if (isUsable(current, now) && failure?.kind !== 'rejected')
    return usableState(current, local.own ?? failure)
  if (local.token) {
    const code = isUsedByOthers(doc, now) ? 'sealed_with_unknown_key' : 'store_unavailable'
    return { state: 'degraded', ...token(local.token), code, retryAt: now }
  }
  const reason = local.own ?? local.failure ?? failure
  return reason ? { state: 'failed', ...facts(reason) } : { state: 'empty' }
}

function usableState(current: TokenRecord, failure: SlotFailure | null | undefined): PoolState {
  if (failure) return { state: 'degraded', ...token(current), ...facts(failure) }
  return { state: 'ready', ...token(current), renewAt: current.advisoryAt }
}

function token(record: TokenRecord): { fingerprint: string; expiresAt: number } {
  return { fingerprint: fingerprint(record.token), expiresAt: record.expiresAt }
}

function facts({ code, nextAttemptAt }: SlotFailure): { code: string; retryAt: number | null } {
  return { code, retryAt: nextAttemptAt === never ? null : nextAttemptAt }
}
