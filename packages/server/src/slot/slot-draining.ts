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
// More than the mint budget allows in a normal week. Without its entry, a dead token would be revoked again.
const goneLimit = 200

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
  /** Why it must not be used. Absent if it may become the current token. */
  why?: WithdrawalReason | undefined
  /** The fence of the last compromise that its process knew before it minted: the token cannot have leaked in that one. */
  knew?: number | undefined
}

export type WithdrawalReason = 'compromised' | 'invalidated' | 'orphan'

/** Registers a token that was minted while the store was down: as the current one if no other is usable, else to drain. */
export function adoptToken(doc: SlotDocument, now: number, { token, why, knew = -1 }: Adoption): Transition {
  // A commit that seemed to time out may have arrived.
  if (isRegistered(doc, token)) return { doc: why === undefined ? doc : withdrawn(doc, now, token.id, why) }
  const known = { ...withoutFence(doc, token.fence), mints: [...doc.mints, now] }
  const retire = (reason: RetirementReason): Transition => {
    const draining = [...doc.draining, retired(token, revokeAfterOf(reason, now), reason)]
    return { doc: prune({ ...known, draining }, now) }
  }
  const hasLeaked = knew < (doc.compromised?.fence ?? 0) && isFromBeforeLeak(doc, token)
  if (why === 'compromised' || hasLeaked) return retire('compromised')
  if (why !== undefined) return retire(why)
  if (isUsedByOthers(doc, now)) return { doc: lend(withoutFence(doc, token.fence), token) }
  if (isUsable(doc.current, now) || doc.failure?.kind === 'rejected') return retire('local')
  return {
    doc: prune(
      {
        ...drain(known, now, 'renewed'),
        current: { ...token, fence: token.fence || doc.fence },
        failure: null,
      },
      now,
    ),
  }
}

/**
 * Registers the private token of an instance that has no key for the current one. Every instance knows of it, and none
 * revokes it while it is used. It is no mint of the pool: each instance has its own limit for them.
 */
function lend(doc: SlotDocument, token: TokenRecord): SlotDocument {
  return { ...doc, draining: [...doc.draining, retired(token, token.expiresAt, 'local')] }
}

/** Registers a mint whose answer was lost while the store was down: its token may be alive. */
export function adoptLostMint(doc: SlotDocument, _now: number, { until }: { until: number }): Transition {
  return { doc: { ...doc, suspects: [...doc.suspects, { fence: 0, until }] } }
}

function withdrawn(doc: SlotDocument, now: number, id: string, why: WithdrawalReason): SlotDocument {
  const { draining, ...rest } = doc.current?.id === id ? drain(doc, now, why) : doc
  const revokeAfter = revokeAfterOf(why, now)
  const withdraw = (token: DrainingToken): DrainingToken =>
    token.id === id ? { ...token, why, revokeAfter: Math.min(token.revokeAfter, revokeAfter) } : token
  return { ...rest, draining: draining.map(withdraw) }
}

// No session token was minted from an orphan, and those of a leaked token must die.
function revokeAfterOf(why: RetirementReason, now: number): number {
  return why === 'compromised' || why === 'orphan' ? now : now + drainMs
}

/**
 * Returns whether a token that was not in the store when every token of the pool was dropped must die as well. Without a
 * lease, only the times can show it.
 */
export function isFromBeforeLeak({ compromised }: SlotDocument, { fence, obtainedAt }: TokenRecord): boolean {
  if (!compromised) return false
  return fence > 0 ? fence < compromised.fence : obtainedAt <= compromised.at + clockSkewMs
}

function isRegistered({ current, draining, gone }: SlotDocument, { id }: TokenRecord): boolean {
  return current?.id === id || [...draining, ...gone].some((token) => token.id === id)
}

// The token of this lease is known now: it is no longer a suspect, and the lease is over.
function withoutFence(doc: SlotDocument, fence: number): SlotDocument {
  if (fence === 0) return doc
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
export function forgetDrained(doc: SlotDocument, now: number, { id }: { id: string }): Transition {
  const dead = doc.draining.filter((token) => token.id === id)
  const draining = doc.draining.filter((token) => token.id !== id)
  const gone = [...doc.gone, ...dead.map(({ expiresAt }) => ({ id, until: expiresAt }))]
  return { doc: { ...doc, draining, gone: gone.filter(({ until }) => now < until).slice(-goneLimit) } }
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
