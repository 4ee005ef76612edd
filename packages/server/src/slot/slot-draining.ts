import type { RetirementReason } from '../shared/codes.ts'
import {
  isUsable,
  isUsedByOthers,
  leaseMs,
  prune,
  type DrainingToken,
  type SlotDocument,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { clockSkewMs, drainMs } from './token-windows.ts'

// One instance revokes this many at a time. The next read claims the rest.
const claimSize = 10

/** Retires the current token. It is revoked when its session tokens have expired. */
export function drain(doc: SlotDocument, now: number, why: RetirementReason): SlotDocument {
  if (!doc.current) return doc
  return { ...doc, current: null, draining: [...doc.draining, retired(doc.current, now + drainMs, why)] }
}

export function retired(token: TokenRecord, revokeAfter: number, why: RetirementReason): DrainingToken {
  return { ...token, why, revokeAfter, attempts: 0, claim: null }
}

/** Registers a token whose commit was refused. It is alive and counts until it is revoked or expires. */
export function registerOrphan(
  doc: SlotDocument,
  now: number,
  { token }: { token: TokenRecord },
): Transition {
  const draining = [...doc.draining, retired(token, now, 'orphan')]
  return { doc: prune({ ...withoutFence(doc, token.fence), draining, mints: [...doc.mints, now] }, now) }
}

export interface Adoption {
  token: TokenRecord
  /** Whether it must be revoked at once. */
  isLeaked?: boolean
  /** The fence of the last compromise that its process knew before it minted: the token cannot have leaked in that one. */
  knew?: number | undefined
}

/** Registers a token that was minted while the store was down: as the current one if no other is usable, else to drain. */
export function adoptToken(
  doc: SlotDocument,
  now: number,
  { token, isLeaked = false, knew = -1 }: Adoption,
): Transition {
  // A commit that seemed to time out may have arrived.
  if (isRegistered(doc, token)) return { doc }
  const mints = [...doc.mints, now]
  const known = withoutFence(doc, token.fence)
  const hasLeaked = knew < (doc.compromised?.fence ?? 0) && isFromBeforeLeak(doc, token)
  if (isLeaked || hasLeaked) {
    return { doc: { ...known, mints, draining: [...doc.draining, retired(token, now, 'compromised')] } }
  }
  if (isUsedByOthers(doc, now)) return { doc: lend(known, token) }
  if (isUsable(doc.current, now) || doc.failure?.kind === 'rejected') {
    return { doc: { ...known, mints, draining: [...doc.draining, retired(token, now + drainMs, 'local')] } }
  }
  return { doc: prune({ ...drain(known, now, 'renewed'), mints, current: token, failure: null }, now) }
}

/**
 * Registers the private token of an instance that has no key for the current one. Every instance knows of it, and none
 * revokes it while it is used. It is no mint of the pool: each instance has its own limit for them.
 */
function lend(doc: SlotDocument, token: TokenRecord): SlotDocument {
  return { ...doc, draining: [...doc.draining, retired(token, token.expiresAt, 'local')] }
}

// The token was not in the store when every token of the pool was dropped. Without a lease, only the times can show it.
function isFromBeforeLeak({ compromised }: SlotDocument, { fence, obtainedAt }: TokenRecord): boolean {
  if (!compromised) return false
  return fence > 0 ? fence < compromised.fence : obtainedAt <= compromised.at + clockSkewMs
}

function isRegistered({ current, draining }: SlotDocument, { id }: TokenRecord): boolean {
  return current?.id === id || draining.some((token) => token.id === id)
}

// The token of this lease is known now: it is no longer a suspect, and the lease is over.
function withoutFence(doc: SlotDocument, fence: number): SlotDocument {
  const suspects = doc.suspects.filter((suspect) => suspect.fence !== fence)
  return { ...doc, suspects, lease: doc.lease?.fence === fence ? null : doc.lease }
}

/** Claims the tokens that are due for revocation. If the instance dies, the claim ends and another one follows. */
export function claimDue(doc: SlotDocument, now: number, { owner }: { owner: string }): Transition {
  const due = new Set(
    doc.draining
      .filter((token) => isDue(token, now))
      .slice(0, claimSize)
      .map(({ id }) => id),
  )
  if (due.size === 0) return { refused: 'nothing-due' }
  const claim = { owner, until: now + leaseMs }
  return {
    doc: { ...doc, draining: doc.draining.map((token) => (due.has(token.id) ? { ...token, claim } : token)) },
  }
}

/** Returns whether this instance can and should revoke it now. */
export function isDue({ revokeAfter, claim, expiresAt, isSealed }: DrainingToken, now: number): boolean {
  const isClaimed = claim !== null && now < claim.until && claim.until - now <= leaseMs + clockSkewMs
  return !isSealed && revokeAfter <= now && now < expiresAt && !isClaimed
}

/** Removes a draining token that is dead. */
export function forgetDrained(doc: SlotDocument, _now: number, { id }: { id: string }): Transition {
  return { doc: { ...doc, draining: doc.draining.filter((token) => token.id !== id) } }
}

/** Records that a draining token could not be revoked. The first reader after `revokeAfter` tries again. */
export function postponeRevocation(
  doc: SlotDocument,
  _now: number,
  { id, revokeAfter }: { id: string; revokeAfter: number },
): Transition {
  const postpone = (token: DrainingToken): DrainingToken =>
    token.id === id ? { ...token, revokeAfter, attempts: token.attempts + 1, claim: null } : token
  return { doc: { ...doc, draining: doc.draining.map(postpone) } }
}
