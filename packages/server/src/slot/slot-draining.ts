import {
  isUsable,
  leaseMs,
  prune,
  type DrainingToken,
  type RetirementReason,
  type SlotDocument,
  type TokenRecord,
  type Transition,
} from './slot-document.ts'
import { clockSkewMs, drainMs } from './token-windows.ts'

// One instance revokes so many at a time; the next read takes the rest.
const claimSize = 10

/** The current token is retired. It lives until its session tokens have run out. */
export function drain(doc: SlotDocument, now: number, why: RetirementReason): SlotDocument {
  if (!doc.current) return doc
  return { ...doc, current: null, draining: [...doc.draining, retired(doc.current, now + drainMs, why)] }
}

export function retired(token: TokenRecord, revokeAfter: number, why: RetirementReason): DrainingToken {
  return { ...token, why, revokeAfter, attempts: 0, claim: null }
}

/** A token whose commit was refused is alive: it counts until it is revoked or has expired. */
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
  /** Whether it is to be revoked at once. */
  isLeaked?: boolean
}

/** A token minted while the store was down: current if there is no usable one, else it drains. */
export function adoptToken(
  doc: SlotDocument,
  now: number,
  { token, isLeaked = false }: Adoption,
): Transition {
  // A commit that took too long for us may have arrived all the same.
  if (isRegistered(doc, token)) return { doc }
  const mints = [...doc.mints, now]
  const known = withoutFence(doc, token.fence)
  if (isLeaked || isFromBeforeLeak(doc, token)) {
    return { doc: { ...known, mints, draining: [...doc.draining, retired(token, now, 'compromised')] } }
  }
  if (isUsable(doc.current, now) || doc.failure?.kind === 'rejected') {
    return { doc: { ...known, mints, draining: [...doc.draining, retired(token, now + drainMs, 'local')] } }
  }
  return { doc: prune({ ...drain(known, now, 'renewed'), mints, current: token, failure: null }, now) }
}

// It was away when every token of the pool was dropped. Without a lease there are two clocks to compare.
function isFromBeforeLeak({ compromised }: SlotDocument, { fence, obtainedAt }: TokenRecord): boolean {
  if (!compromised) return false
  return fence > 0 ? fence < compromised.fence : obtainedAt <= compromised.at + clockSkewMs
}

function isRegistered({ current, draining }: SlotDocument, { id }: TokenRecord): boolean {
  return current?.id === id || draining.some((token) => token.id === id)
}

// What was minted under this lease is known now: neither a suspect, nor to be waited for.
function withoutFence(doc: SlotDocument, fence: number): SlotDocument {
  const suspects = doc.suspects.filter((suspect) => suspect.fence !== fence)
  return { ...doc, suspects, lease: doc.lease?.fence === fence ? null : doc.lease }
}

/** The right to revoke what is due. Whoever holds it and dies is followed by another. */
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

/** Whether it is to be revoked now, by who can open it. */
export function isDue({ revokeAfter, claim, expiresAt, isSealed }: DrainingToken, now: number): boolean {
  const isClaimed = claim !== null && now < claim.until && claim.until - now <= leaseMs + clockSkewMs
  return !isSealed && revokeAfter <= now && now < expiresAt && !isClaimed
}

/** A draining token is dead. */
export function forgetDrained(doc: SlotDocument, _now: number, { id }: { id: string }): Transition {
  return { doc: { ...doc, draining: doc.draining.filter((token) => token.id !== id) } }
}

/** A draining token could not be revoked: again after a while, by whoever comes first. */
export function postponeRevocation(
  doc: SlotDocument,
  _now: number,
  { id, revokeAfter }: { id: string; revokeAfter: number },
): Transition {
  const postpone = (token: DrainingToken): DrainingToken =>
    token.id === id ? { ...token, revokeAfter, attempts: token.attempts + 1, claim: null } : token
  return { doc: { ...doc, draining: doc.draining.map(postpone) } }
}
