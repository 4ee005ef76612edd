/** What is remembered of the tokens that came: so that an old one is known when it comes again. */
export interface TokenHistory {
  noteReceived(fingerprint: string): void
  /** Tells whether that were too many new tokens in too short a time: another one will not help. */
  noteRejected(fingerprint: string, ageMs: number, now: number): boolean
  wasReceived(fingerprint: string): boolean
  wasRejected(fingerprint: string): boolean
}

/** More than five tokens, each refused within 30 s of its request, in 30 s. */
const quick = { max: 5, withinMs: 30_000 }

export function createTokenHistory(): TokenHistory {
  const received = new Set<string>()
  const rejected = new Set<string>()
  let quickAt: readonly number[] = []
  return {
    noteReceived: (fingerprint) => void received.add(fingerprint),
    noteRejected(fingerprint, ageMs, now) {
      rejected.add(fingerprint)
      if (ageMs > quick.withinMs) return false
      quickAt = [...quickAt.filter((at) => at > now - quick.withinMs), now]
      return quickAt.length > quick.max
    },
    wasReceived: (fingerprint) => received.has(fingerprint),
    wasRejected: (fingerprint) => rejected.has(fingerprint),
  }
}
