import { leaseMs, type SlotDocument } from './slot-document.ts'

export interface LeaseRequest {
  owner: string
  /** How long a token minted under it may live. */
  lifetimeMs: number
  /** Default: 15 s. */
  forMs?: number
}

/** Every lease has a higher fence than all before it. One that was not given back may have left a token behind. */
export function grantLease(doc: SlotDocument, now: number, request: LeaseRequest): SlotDocument {
  const { owner, lifetimeMs, forMs = leaseMs } = request
  const fence = doc.fence + 1
  const until = now + forMs
  return {
    ...withAbandoned(doc),
    fence,
    lease: { owner, fence, until, aliveUntil: until + lifetimeMs },
  }
}

/** Takes the lease away. Its holder's commit will be refused. */
export function revokeLease(doc: SlotDocument): SlotDocument {
  return { ...withAbandoned(doc), fence: doc.fence + 1, lease: null }
}

export function holdsLease({ lease }: SlotDocument, fence: number): boolean {
  return lease?.fence === fence
}

function withAbandoned(doc: SlotDocument): SlotDocument {
  if (!doc.lease) return doc
  const { fence, aliveUntil: until } = doc.lease
  return { ...doc, suspects: [...doc.suspects, { fence, until }] }
}
