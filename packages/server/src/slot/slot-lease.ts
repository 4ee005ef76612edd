import { leaseMs, type SlotDocument, type Transition } from './slot-document.ts'

export interface LeaseRequest {
  owner: string
  /** How long a token that is minted under it may live. */
  lifetimeMs: number
  /** Default: 15 s. */
  forMs?: number
  /** The current token that the caller read, or null. Undefined: a newer token is no reason against the lease. */
  seen?: string | null
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

/** Returns the lease without an outcome for the fleet: the failure concerns only the instance that held it. */
export function returnLease(doc: SlotDocument, _now: number, { fence }: { fence: number }): Transition {
  return holdsLease(doc, fence) ? { doc: { ...doc, lease: null } } : { refused: 'stale-fence' }
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
