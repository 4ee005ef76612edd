import type { LimitedBy } from './rate-limit-options.ts'
import type { FailureKind } from './token-slot.ts'

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
  | { type: 'authentication-token-invalidated'; pool: string; fingerprint: string }
  | { type: 'authentication-token-rejected'; pool: string; fingerprint: string; retryAt: number }
  | { type: 'authentication-token-orphaned'; pool: string; fingerprint: string; revoked: boolean }
  | { type: 'session-token-minted'; pool: string; fingerprint: string; parent: string; expiresAt: number }
  | { type: 'session-token-failed'; pool: string; code: string }
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
