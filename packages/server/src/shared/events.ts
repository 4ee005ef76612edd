import type { FailureKind, LimitedBy, ProblemCode, RetirementReason } from './codes.ts'

type EventBody =
  | { type: 'authentication-token-requested'; pool: string }
  | { type: 'authentication-token-received'; pool: string; fingerprint: string; expiresAt: number }
  | {
      type: 'authentication-token-failed'
      pool: string
      kind: FailureKind
      code: string
      retryAt: number
      /** Whether a usable token is still served: if so, no caller notices the failure. */
      covered: boolean
    }
  /** Forage answered 401 about this token, to any call, even if a newer token existed already. */
  | { type: 'authentication-token-unauthorized'; pool: string; fingerprint: string }
  /** Forage's clock differs from this server's by more than a minute. Only the times in logs suffer. */
  | { type: 'clock-skewed'; pool: string; skewMs: number }
  | { type: 'authentication-token-invalidated'; pool: string; fingerprint: string }
  | { type: 'authentication-token-rejected'; pool: string; fingerprint: string; retryAt: number }
  | { type: 'authentication-token-orphaned'; pool: string; fingerprint: string; revoked: boolean }
  | {
      type: 'session-token-minted'
      pool: string
      fingerprint: string
      /** The fingerprint of the authentication token. */
      parent: string
      expiresAt: number
      durationMs: number
    }
  | { type: 'session-token-failed'; pool: string; code: string; durationMs: number }
  /** The endpoint answered a browser or an app. `code` is present if the answer is a problem document. */
  | { type: 'request-answered'; status: number; code?: ProblemCode; durationMs: number }
  | { type: 'authentication-token-revoked'; pool: string; fingerprint: string; why: RetirementReason }
  | {
      type: 'authentication-token-revocation-failed'
      pool: string
      fingerprint: string
      attempts: number
      retryAt: number
    }
  /** A token that one process minted while the store was down is in the store now. */
  | { type: 'authentication-token-adopted'; pool: string; fingerprint: string; isCurrent: boolean }
  /** The server issued an access token for a refresh token, and a new refresh token if `rotated`. */
  | { type: 'token-refreshed'; pool: string; rotated: boolean }
  /** A refresh failed. `fellBack`: the client sent its credentials instead. */
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
  /** `code` is the store's own, if it has one: PostgreSQL's SQLSTATE, Redis's word, or a code of the system. */
  | { type: 'store-unavailable'; pool: string; code?: string }
  | { type: 'store-available'; pool: string }
  | { type: 'authorize-failed'; why: 'threw' | 'timed-out' | 'invalid-result'; error?: string }
  | { type: 'rate-limited'; by: LimitedBy }
  /** A rate limiter failed, and requests pass uncounted. Emitted once per outage. */
  | { type: 'rate-limiter-failed'; by: LimitedBy; error: string }
  /** No `clientIp` is given, so requests are not limited by address. Emitted once. */
  | { type: 'ip-limit-off' }
  /** `clientIp` threw. All requests without a known address share one limit. */
  | { type: 'client-ip-failed'; error: string }

/**
 * An event for logs and metrics. Tokens appear as fingerprints. `at` and every name that ends in `At` are in ms since
 * the epoch on the server's clock.
 */
export type ForageServerEvent = EventBody & { at: number }
/** A function that receives each event, synchronously. If it throws, nothing else fails. */
export type ForageServerListener = (event: ForageServerEvent) => void

export interface Emitter {
  emit(event: EventBody): void
  on(listener: ForageServerListener): () => void
}

/** Ignores a listener that throws: a logger never fails a payment. */
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
    // A report of this error would have to go to the same listeners.
  }
}
