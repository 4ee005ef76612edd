import { leaseMs, type SlotDocument } from './slot-document.ts'

export interface LeaseRequest {
  owner: string
  /** How long a token that is minted under it may live. */
  lifetimeMs: number
  /** Default: 15 s. */
  forMs?: number
}

/** Grants a lease with a higher fence than all before it. A lease that was never returned may have left a token. */
export function grantLease(doc: SlotDocument, now: number, request: LeaseRequest): SlotDocument {
  const { owner, lifetimeMs, forMs = leaseMs } = request
  const fence = nextFence(doc, now)
  const until = now + forMs
  return {
    ...withAbandoned(doc),
    fence,
    lease: { owner, fence, until, aliveUntil: until + lifetimeMs },
  }
}

/** Ends the lease: the commit of its holder will be refused. */
export function revokeLease(doc: SlotDocument, now: number): SlotDocument {
  return { ...withAbandoned(doc), fence: nextFence(doc, now), lease: null }
}

/** Returns whether the current lease has this fence. */
export function holdsLease({ lease }: SlotDocument, fence: number): boolean {
  return lease?.fence === fence
}

// A slot that was lost begins again, but the time does not.
function nextFence({ fence }: SlotDocument, now: number): number {
  return Math.max(fence + 1, Math.floor(now))
}

function withAbandoned(doc: SlotDocument): SlotDocument {
  if (!doc.lease) return doc
  const { fence, aliveUntil: until } = doc.lease
  return { ...doc, suspects: [...doc.suspects, { fence, until }] }
}
