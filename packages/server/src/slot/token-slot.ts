import type { RefreshToken } from './refresh-token.ts'
import { leaseRefusal, renewalRefusal } from './slot-decision.ts'
import {
  isDisputed,
  prune,
  type SlotDocument,
  type SlotFailure,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { drain, retired } from './slot-draining.ts'
import { grantLease, holdsLease, type LeaseRequest } from './slot-lease.ts'

/** If the API refuses a token this soon after its mint, another mint does not help. */
export const youngMs: number = 10 * 1000
// If the API refuses this many tokens within 10 minutes, another mint does not help either.
const invalidationLimit = 3

/** Grants the right to mint, unless another token has arrived since the caller read the slot. */
export function acquireLease(doc: SlotDocument, now: number, request: LeaseRequest): Transition {
  const { seen } = request
  const refused = leaseRefusal(doc, now) ?? (seen === undefined ? undefined : renewalRefusal(doc, now, seen))
  return refused === undefined ? { doc: grantLease(prune(doc, now), now, request) } : { refused }
}

export interface TokenCommit {
  fence: number
  token: TokenRecord
  /** Default: the one in the slot. Null: no refresh token. */
  refresh?: RefreshToken | null | undefined
  why?: 'renewed' | 'rotated'
}

/** Makes a new token the current one. Refuses a token that was minted under an older lease. */
export function commitToken(
  doc: SlotDocument,
  now: number,
  { fence, token, refresh = doc.refresh, why = 'renewed' }: TokenCommit,
): Transition {
  // The same commit again, after a swap whose answer was lost.
  if (doc.current?.id === token.id) return { doc }
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  // The budget protects Forage's limit of live tokens; a server with refresh tokens issues one every few minutes.
  const mints = token.grant ? doc.mints : [...doc.mints, now]
  const drained = drain(doc, now, why)
  return {
    doc: prune({ ...drained, current: token, refresh, lease: null, failure: null, mints }, now),
  }
}

/** Records a failed mint: the lease is returned, and all instances wait until `failure.nextAttemptAt`. */
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

/** Returns whether another mint would not help, although the API refuses the current token. */
export function isYoung({ refresh }: SlotDocument, { obtainedAt }: TokenRecord, now: number): boolean {
  // A refresh is not a mint, so there is no limit to protect.
  return !refresh && now - obtainedAt < youngMs
}

export interface Invalidation {
  id: string
  /** The failure that stops all instances if this is one invalidation too many. */
  failure: SlotFailure
  /** A probe did not show that the API accepts the token. */
  isProbed?: boolean
}

/**
 * Drops a token that the API refused. Only the current one is dropped, so that a late 401 cannot kill a newer token. The
 * second within 10 minutes needs a probe, because one endpoint may answer 401 for its own reason. The third stops all
 * instances until `failure.nextAttemptAt`.
 */
export function invalidateToken(
  doc: SlotDocument,
  now: number,
  { id, failure, isProbed = false }: Invalidation,
): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  if (isYoung(doc, doc.current, now)) return { refused: 'too-young' }
  if (isDisputed(doc, now) && !isProbed) return { refused: 'probe-first' }
  const { invalidations, ...pruned } = prune(doc, now)
  const counted = [...invalidations, now]
  const next = { ...pruned, invalidations: counted }
  const isLoop = counted.length >= invalidationLimit
  return { doc: { ...drain(next, now, 'invalidated'), failure: isLoop ? failure : doc.failure } }
}

/** Records that the API accepts the current token, although it answered 401 to a call. */
export function recordAcceptance(doc: SlotDocument, now: number): Transition {
  return { doc: { ...doc, acceptedAt: now } }
}

/** Opens the breaker: the API refused the replacement of a refused token, so all instances wait. */
export function rejectToken(
  doc: SlotDocument,
  _now: number,
  { id, failure }: { id: string; failure: SlotFailure },
): Transition {
  if (doc.current?.id !== id) return { refused: 'not-current' }
  return { doc: { ...doc, failure } }
}

/** Closes the breaker: the API accepts the current token again. */
export function acceptToken(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  return { doc: { ...doc, lease: null, failure: null } }
}

/** Keeps the breaker open: the API refused also a token that was minted for the probe. */
export function rejectMint(
  doc: SlotDocument,
  now: number,
  { fence, token, failure }: { fence: number; token: TokenRecord; failure: SlotFailure },
): Transition {
  if (!holdsLease(doc, fence)) return { refused: 'stale-fence' }
  const draining = [...doc.draining, retired(token, now, 'orphan')]
  return { doc: prune({ ...doc, lease: null, failure, draining, mints: [...doc.mints, now] }, now) }
}
