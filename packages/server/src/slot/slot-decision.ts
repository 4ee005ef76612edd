import { never } from './failure-policy.ts'
import {
  isFromFuture,
  isLeased,
  isUsable,
  isUsedByOthers,
  liveTokenLimit,
  prune,
  type Refusal,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
} from './slot-document.ts'

const second = 1000
// Normally one mint every few days. More than this in an hour is a loop.
const mintsPerHour = 20
// Near the limit of live tokens, one mint per hour must be enough. If no mint at all were allowed, hours of lost answers
// would become days without a token.
const mintsPerHourNearLimit = 1
// While callers wait, the next attempt after a transient failure comes no later than this.
const mandatoryRetryMs = 10 * second

export type SlotDecision =
  | { do: 'serve'; token: TokenRecord; renew: boolean }
  | { do: 'mint' }
  | { do: 'wait' }
  /** No key of this instance opens the token that the others use, so it needs one for itself. */
  | { do: 'stay-private'; sealed: TokenRecord }
  | { do: 'fail'; failure: SlotFailure }

/**
 * Decides what a caller that needs a token does now. It fails only if no usable token is there. `own` is a failure of this
 * instance alone, which leaves the mint to the others.
 */
export function decide(doc: SlotDocument, now: number, own?: SlotFailure): SlotDecision {
  const { current, frozen } = doc
  const failure = failureAt(doc, now)
  if (frozen) return { do: 'fail', failure: frozenFailure(frozen) }
  const isRejecting = failure?.kind === 'rejected'
  if (isRejecting && now < failure.nextAttemptAt) return { do: 'fail', failure }
  if (isUsedByOthers(doc, now)) return { do: 'stay-private', sealed: doc.current }
  const isFree = !own && leaseRefusal(doc, now) === undefined
  // After a rejection, the holder of a lease finds out for all callers whether the API accepts the token again.
  if (isUsable(current, now) && !isRejecting)
    return { do: 'serve', token: current, renew: now >= current.advisoryAt && isFree }
  if (isFree) return { do: 'mint' }
  if (isLeased(doc, now)) return { do: 'wait' }
  return { do: 'fail', failure: own ?? refusalFailure(doc, now) }
}

/** Returns why no lease can be granted now. */
export function leaseRefusal(doc: SlotDocument, now: number): Refusal | undefined {
  if (doc.frozen) return 'frozen'
  if (isLeased(doc, now)) return 'leased'
  const failure = failureAt(doc, now)
  if (failure && now < failure.nextAttemptAt) return 'backing-off'
  return isOverBudget(doc, now) ? 'over-budget' : undefined
}

/**
 * Returns why a token must not be renewed. `seen` is the current token that the caller wants to replace: a usable one that
 * arrived after the caller read the slot is as good as a mint.
 */
export function renewalRefusal(doc: SlotDocument, now: number, seen: string | null): Refusal | undefined {
  if (isUsedByOthers(doc, now)) return 'sealed'
  return isUsable(doc.current, now) && doc.current.id !== seen ? 'renewed' : undefined
}

/** Returns the failure for a lease that was refused, or that the store lost before the commit. */
export function refusalFailure(doc: SlotDocument, now: number): SlotFailure {
  if (doc.frozen) return frozenFailure(doc.frozen)
  const failure = failureAt(doc, now)
  if (!isLeased(doc, now) && failure && now < failure.nextAttemptAt) return failure
  return leaseRefusal(doc, now) === 'over-budget' ? overBudget(now) : leaseHeld(now)
}

/** Returns the failure of the slot, with the time when the next request is really sent. */
export function failureAt({ failure, current }: SlotDocument, now: number): SlotFailure | null {
  // After the clock was set back, an older failure would hold for hours.
  if (!failure || isFromFuture(failure.at, now)) return null
  if (failure.kind !== 'transient' || failure.byServer || isUsable(current, now)) return failure
  return { ...failure, nextAttemptAt: Math.min(failure.nextAttemptAt, failure.at + mandatoryRetryMs) }
}

function isOverBudget(doc: SlotDocument, now: number): boolean {
  const { draining, suspects, mints } = prune(doc, now)
  const isNearLimit = draining.length + suspects.length >= liveTokenLimit
  return mints.length >= (isNearLimit ? mintsPerHourNearLimit : mintsPerHour)
}

/** Returns the failure of a caller that waited while other instances held the lease. */
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
