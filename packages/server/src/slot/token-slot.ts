import { never } from './failure-policy.ts'
import type { RefreshToken } from './refresh-token.ts'
import {
  isFromFuture,
  isLeased,
  isUsable,
  liveTokenLimit,
  prune,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { drain, retired } from './slot-draining.ts'
import { grantLease, holdsLease, type LeaseRequest } from './slot-lease.ts'

const second = 1000

/** A token refused this soon after its mint is not mended by another mint. */
export const youngMs: number = 10 * second
// A routine is one mint per days. More than this in an hour is a loop.
const mintsPerHour = 20
// Near the limit of live tokens one mint per hour must do; none at all would turn hours of lost answers into days
// without a token.
const mintsPerHourNearLimit = 1
// So many tokens refused within 10 minutes are not mended by another mint either.
const invalidationLimit = 3
// While callers wait, a transient failure is tried again at the latest after this.
const mandatoryRetryMs = 10 * second

/** The right to mint. */
export function acquireLease(doc: SlotDocument, now: number, request: LeaseRequest): Transition {
  if (doc.frozen) return { refused: 'frozen' }
  if (isLeased(doc, now)) return { refused: 'leased' }
  if (now < blockedUntil(doc, now)) return { refused: 'backing-off' }
  const pruned = prune(doc, now)
  if (isOverBudget(pruned, now)) return { refused: 'over-budget' }
  return { doc: grantLease(pruned, now, request) }
}

export interface TokenCommit {
  fence: number
  token: TokenRecord
  /** Default: what is in the slot. Null: none. */
  refresh?: RefreshToken | null | undefined
  why?: 'renewed' | 'rotated'
}

/** A new token becomes current. One minted under an older lease is refused: its holder was overtaken. */
export function commitToken(
  doc: SlotDocument,
  now: number,
  { fence, token, refresh = doc.refresh, why = 'renewed' }: TokenCommit,
): Transition {
  // Sent again after a swap whose answer was lost.
  if (doc.current?.id === token.id) return { doc }
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  // The budget is there for Forage's limit of live tokens; who refreshes has one every few minutes.
  const mints = token.grant ? doc.mints : [...doc.mints, now]
  const drained = drain(doc, now, why)
  return {
    doc: prune({ ...drained, current: token, refresh, lease: null, failure: null, mints }, now),
  }
}

/** A mint failed: the lease is given back and the whole fleet waits until `failure.nextAttemptAt`. */
export function recordFailure(
  doc: SlotDocument,
  now: number,
  {
    fence,
    failure,
    suspectUntil,
  }: { fence: number; failure: SlotFailure; suspectUntil?: number | undefined },
): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  const suspects = suspectUntil === undefined ? [] : [{ fence, until: suspectUntil }]
  return { doc: prune({ ...doc, lease: null, failure, suspects: [...doc.suspects, ...suspects] }, now) }
}

/**
 * The API refused this token. Only the current one is dropped, so that a late 401 cannot kill a newer token. The
 * third within 10 minutes stops everybody until `failure.nextAttemptAt`.
 */
export function invalidateToken(
  doc: SlotDocument,
  now: number,
  { id, failure }: { id: string; failure: SlotFailure },
): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  // A refresh is no mint: there is no limit of them to protect.
  if (!doc.refresh && now - doc.current.obtainedAt < youngMs) return { refused: 'too-young' }
  const { invalidations, ...pruned } = prune(doc, now)
  const counted = [...invalidations, now]
  const next = { ...pruned, invalidations: counted }
  const isLoop = counted.length >= invalidationLimit
  return { doc: { ...drain(next, now, 'invalidated'), failure: isLoop ? failure : doc.failure } }
}

/** The API refused the token that replaced a refused one: until `failure.nextAttemptAt` nobody tries. */
export function rejectToken(
  doc: SlotDocument,
  _now: number,
  { id, failure }: { id: string; failure: SlotFailure },
): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  return { doc: { ...doc, failure } }
}

/** The API accepts the current token again. */
export function acceptToken(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  return { doc: { ...doc, lease: null, failure: null } }
}

/** The API refused also what was minted to find out: nobody else tries until `failure.nextAttemptAt`. */
export function rejectMint(
  doc: SlotDocument,
  now: number,
  { fence, token, failure }: { fence: number; token: TokenRecord; failure: SlotFailure },
): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  const draining = [...doc.draining, retired(token, now, 'orphan')]
  return { doc: prune({ ...doc, lease: null, failure, draining, mints: [...doc.mints, now] }, now) }
}

export type SlotDecision =
  | { do: 'serve'; token: TokenRecord; renew: boolean }
  | { do: 'mint' }
  | { do: 'wait' }
  | { do: 'fail'; failure: SlotFailure }

/** What a caller who needs a token does now. A failure reaches it only if no usable token is there. */
export function decide(doc: SlotDocument, now: number): SlotDecision {
  const { current, frozen } = doc
  const failure = failureAt(doc, now)
  if (frozen) return { do: 'fail', failure: frozenFailure(frozen) }
  const isRejecting = failure?.kind === 'rejected'
  if (isRejecting && now < failure.nextAttemptAt) return { do: 'fail', failure }
  const isFree = !isLeased(doc, now) && now >= blockedUntil(doc, now) && !isOverBudget(doc, now)
  // After a rejection one lease holder finds out whether the API accepts the token again, on behalf of all.
  if (isUsable(current, now) && !isRejecting)
    return { do: 'serve', token: current, renew: now >= current.advisoryAt && isFree }
  if (isFree) return { do: 'mint' }
  if (isLeased(doc, now)) return { do: 'wait' }
  return { do: 'fail', failure: failure && now < blockedUntil(doc, now) ? failure : overBudget(now) }
}

/** Why a lease was refused, as a failure. */
export function refusalFailure(doc: SlotDocument, now: number): SlotFailure {
  if (doc.frozen) return frozenFailure(doc.frozen)
  if (isLeased(doc, now)) return leaseHeld(now)
  const failure = failureAt(doc, now)
  return failure && now < failure.nextAttemptAt ? failure : overBudget(now)
}

// A failure from before the clock was set back would hold for hours.
function failureAt({ failure }: SlotDocument, now: number): SlotFailure | null {
  return failure && isFromFuture(failure.at, now) ? null : failure
}

function blockedUntil(doc: SlotDocument, now: number): number {
  const failure = failureAt(doc, now)
  if (!failure) return 0
  if (failure.kind !== 'transient' || isUsable(doc.current, now)) return failure.nextAttemptAt
  return Math.min(failure.nextAttemptAt, failure.at + mandatoryRetryMs)
}

function isOverBudget(doc: SlotDocument, now: number): boolean {
  const { draining, suspects, mints } = prune(doc, now)
  const isNearLimit = draining.length + suspects.length >= liveTokenLimit
  return mints.length >= (isNearLimit ? mintsPerHourNearLimit : mintsPerHour)
}

/** Others minted all the time that somebody waited for them. */
export function leaseHeld(now: number): SlotFailure {
  return { kind: 'transient', code: 'lease_held', count: 1, at: now, nextAttemptAt: now + second }
}

function overBudget(now: number): SlotFailure {
  const nextAttemptAt = now + 60 * second
  return { kind: 'limit', code: 'mint_budget_exhausted', count: 1, at: now, nextAttemptAt }
}

function frozenFailure({ at }: { at: number }): SlotFailure {
  return { kind: 'frozen', code: 'frozen', count: 1, at, nextAttemptAt: never }
}
