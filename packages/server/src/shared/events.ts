import type { ProblemCode } from '../endpoint/problem.ts'
import type { LimitedBy } from '../endpoint/rate-limit-options.ts'
import type { FailureKind, RetirementReason } from '../slot/slot-document.ts'

type EventBody =
  | { type: 'authentication-token-requested'; pool: string }
  | { type: 'authentication-token-received'; pool: string; fingerprint: string; expiresAt: number }
  | {
      type: 'authentication-token-failed'
      pool: string
      kind: FailureKind
      code: string
      retryAt: number
      /** Whether a usable token goes on serving: then no caller notices. */
      covered: boolean
    }
  /** Forage answered 401 about it: to any call, also if a newer token was there already. */
  | { type: 'authentication-token-unauthorized'; pool: string; fingerprint: string }
  /** Forage's clock is more than a minute ahead of this one, or behind. Nothing depends on it but logs. */
  | { type: 'clock-skewed'; pool: string; skewMs: number }
  | { type: 'authentication-token-invalidated'; pool: string; fingerprint: string }
  | { type: 'authentication-token-rejected'; pool: string; fingerprint: string; retryAt: number }
  | { type: 'authentication-token-orphaned'; pool: string; fingerprint: string; revoked: boolean }
  | {
      type: 'session-token-minted'
      pool: string
      fingerprint: string
      parent: string
      expiresAt: number
      durationMs: number
    }
  | { type: 'session-token-failed'; pool: string; code: string; durationMs: number }
  /** Of the endpoint that the browser calls; `code` if it was a problem document. */
  | { type: 'request-answered'; status: number; code?: ProblemCode; durationMs: number }
  | { type: 'authentication-token-revoked'; pool: string; fingerprint: string; why: RetirementReason }
  | {
      type: 'authentication-token-revocation-failed'
      pool: string
      fingerprint: string
      attempts: number
      retryAt: number
    }
  /** Minted for one process while the store was down, and brought into the store when it returned. */
  | { type: 'authentication-token-adopted'; pool: string; fingerprint: string; isCurrent: boolean }
  /** A refresh token brought an access token, and a new one of its own if it rotates. */
  | { type: 'token-refreshed'; pool: string; rotated: boolean }
  /** It did not. `fellBack`: the client credentials were sent instead. */
  | {
      type: 'token-refresh-failed'
      pool: string
      code: string
      status: number | undefined
      fellBack: boolean
    }
  | { type: 'pool-rotated'; pool: string; fingerprint: string; previous: string | null }
  | { type: 'pool-compromised'; pool: string; reason: string; tokens: number }
  | { type: 'pool-recovered'; pool: string; replacement: string | null; recoveryMs: number | null }
  | { type: 'pool-frozen'; pool: string; reason: string }
  | { type: 'pool-thawed'; pool: string }
  | { type: 'all-tokens-revoked'; clients: number; failed: number }
  | { type: 'store-unavailable'; pool: string }
  | { type: 'store-available'; pool: string }
  | { type: 'authorize-failed'; why: 'threw' | 'timed-out' | 'invalid-result'; error?: string }
  | { type: 'rate-limited'; by: LimitedBy }
  /** Requests pass uncounted. Once, until it answers again. */
  | { type: 'rate-limiter-failed'; by: LimitedBy; error: string }
  /** There is no `clientIp`: requests are not limited by address. Once. */
  | { type: 'ip-limit-off' }
  /** All whose address is not known share one limit. */
  | { type: 'client-ip-failed'; error: string }

/** What happened, for logs and metrics. Tokens appear as fingerprints; `at` is ms on the server's clock. */
export type ForageServerEvent = EventBody & { at: number }
/** Told each event, at once. One that throws breaks nothing. */
export type ForageServerListener = (event: ForageServerEvent) => void

export interface Emitter {
  emit(event: EventBody): void
  on(listener: ForageServerListener): () => void
}

/** A listener that throws is passed over: a logger never fails a payment. */
export function createEmitter(now: () => number): Emitter {
  const listeners = new Set<ForageServerListener>()
  return {
    emit(event) {
      for (const listener of listeners) notify(listener, { ...event, at: now() })
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function notify(listener: ForageServerListener, event: ForageServerEvent): void {
  try {
    listener(event)
  } catch {
    // Nowhere to report it that could not throw again.
  }
}
