import { isNew, type DrainingToken, type SlotDocument, type Transition } from './slot-document.ts'
import { drain } from './slot-draining.ts'
import { grantLease, revokeLease, type LeaseRequest } from './slot-lease.ts'

/** Stops minting and serving until the pool is thawed. */
export function freezeSlot(doc: SlotDocument, now: number, { reason }: { reason: string }): Transition {
  // The clock of the instance that thawed it may be ahead.
  const at = doc.thawedAt === null ? now : Math.max(now, doc.thawedAt + 1)
  return { doc: { ...doc, frozen: { reason, at } } }
}

/** Ends `freezeSlot`. */
export function thawSlot(doc: SlotDocument, now: number): Transition {
  return { doc: { ...doc, frozen: null, thawedAt: Math.max(now, doc.frozen?.at ?? 0) } }
}

export type DropRequest = LeaseRequest & { forMs: number }

/**
 * Drops every token of the pool and grants a lease. Its holder revokes them at once; if the holder dies or cannot open a
 * token, the next reader revokes it. A mint in progress elsewhere loses its lease, and its token becomes an orphan.
 */
export function dropTokens(doc: SlotDocument, now: number, request: DropRequest): Transition {
  const dropped = withoutTokens(doc, now, request)
  const leased = doc.frozen ? revokeLease(dropped, now) : grantLease(dropped, now, request)
  return { doc: { ...leased, compromised: { at: now, fence: leased.fence } } }
}

/** Does the same in the memory of one process, while the store does not answer: no lease can be granted. */
export function dropRememberedTokens(doc: SlotDocument, now: number, request: DropRequest): Transition {
  const dropped = revokeLease(withoutTokens(doc, now, request), now)
  const compromised = { at: now, fence: dropped.fence }
  // Other instances may have stored tokens that this one has not read.
  return { doc: { ...dropped, compromised, lostUntil: now + request.lifetimeMs } }
}

function withoutTokens(
  doc: SlotDocument,
  now: number,
  { owner, forMs, lifetimeMs }: DropRequest,
): SlotDocument {
  const claim = { owner, until: now + forMs }
  const drop = (token: DrainingToken): DrainingToken => ({
    ...token,
    why: 'compromised',
    revokeAfter: now,
    claim: token.isSealed ? null : claim,
  })
  return {
    ...doc,
    current: null,
    draining: drain(doc, now, 'compromised').draining.map(drop),
    failure: null,
    invalidations: [],
    // If the store has no slot, no one knows whether it has lost one.
    lostUntil: isNew(doc) ? now + lifetimeMs : doc.lostUntil,
  }
}

/** Forgets all tokens that may have been alive unknown, because a bulk revocation reached them. */
export function forgetUnknown(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  return {
    doc: { ...doc, suspects: doc.suspects.filter((suspect) => suspect.fence >= fence), lostUntil: null },
  }
}
