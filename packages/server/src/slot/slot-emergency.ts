import type { SlotDocument, Transition } from './slot-document.ts'
import { drain } from './slot-draining.ts'
import { grantLease, revokeLease, type LeaseRequest } from './slot-lease.ts'

/** The kill switch: nothing is minted and nothing is served until the pool is thawed. */
export function freezeSlot(doc: SlotDocument, now: number, { reason }: { reason: string }): Transition {
  return { doc: { ...doc, frozen: { reason, at: now } } }
}

export function thawSlot(doc: SlotDocument): Transition {
  return { doc: { ...doc, frozen: null } }
}

/**
 * Every token of the pool is to be revoked at once, by whoever holds the lease that comes with it; should that one
 * die, or not be able to open it, by the next reader. A mint under way elsewhere loses its lease, and its token becomes an orphan.
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
