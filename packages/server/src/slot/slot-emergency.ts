import type { SlotDocument, Transition } from './slot-document.ts'
import { drain } from './slot-draining.ts'
import { grantLease, revokeLease, type LeaseRequest } from './slot-lease.ts'

/** Stops minting and serving until the pool is thawed. */
export function freezeSlot(doc: SlotDocument, now: number, { reason }: { reason: string }): Transition {
  return { doc: { ...doc, frozen: { reason, at: now } } }
}

/** Ends `freezeSlot`. */
export function thawSlot(doc: SlotDocument): Transition {
  return { doc: { ...doc, frozen: null } }
}

/**
 * Drops every token of the pool and grants a lease. Its holder revokes them at once; if the holder dies or cannot open a
 * token, the next reader revokes it. A mint in progress elsewhere loses its lease, and its token becomes an orphan.
 */
export function dropTokens(
  doc: SlotDocument,
  now: number,
  request: LeaseRequest & { forMs: number },
): Transition {
  const claim = { owner: request.owner, until: now + request.forMs }
  const { draining } = drain(doc, now, 'compromised')
  const dropped: SlotDocument = {
    ...doc,
    current: null,
    draining: draining.map((token) => ({
      ...token,
      why: 'compromised',
      revokeAfter: now,
      claim: token.isSealed ? null : claim,
    })),
    failure: null,
    invalidations: [],
    compromised: { at: now, fence: doc.fence + 1 },
  }
  return { doc: doc.frozen ? revokeLease(dropped) : grantLease(dropped, now, request) }
}
