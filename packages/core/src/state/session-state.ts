import type { ForageSessionError, ForageSessionErrorCode } from '../shared/errors.ts'
import type { TokenRequest } from '../token/token-source.ts'

/**
 * The state of a session. It contains no token. `expiresAt` and `retryAt` are in ms on the clock's `now()`, for
 * display.
 *
 * @example
 * ```ts
 * import type { SessionState } from '@forage-session/core'
 *
 * export function canPay(state: SessionState): boolean {
 *   return state.status === 'ready' || state.status === 'degraded'
 * }
 * ```
 */
export type SessionState =
  | { readonly status: 'idle' }
  | { readonly status: 'fetching' }
  | { readonly status: 'ready'; readonly expiresAt: number; readonly renewing: boolean }
  | {
      /** The token is usable, but its last renewal failed. */
      readonly status: 'degraded'
      readonly expiresAt: number
      readonly error: ForageSessionError
      /** The time when the session tries again; the end of the token if the failure is final. */
      readonly retryAt: number
    }
  | {
      readonly status: 'failed'
      readonly error: ForageSessionError
      /** Null: final until `retry()`, `renew()`, `setCheckout()` or `clear()`. */
      readonly retryAt: number | null
    }
  | { readonly status: 'closed' }

/** An event, for logs and devtools. It names a token by its fingerprint and a URL without its query. */
export type SessionEvent = { readonly at: number } & (
  | { readonly type: 'token-requested'; readonly reason: TokenRequest['reason']; readonly attempt: number }
  | {
      readonly type: 'token-received'
      readonly fingerprint: string
      readonly lifetimeMs: number
      readonly via: 'endpoint' | 'tab' | 'prime'
    }
  | {
      readonly type: 'token-failed'
      readonly code: ForageSessionErrorCode
      /** The HTTP status of the endpoint's answer; undefined if this session got none. */
      readonly status?: number | undefined
      readonly retryAt: number | null
    }
  | {
      readonly type: 'token-invalidated'
      /** Empty if the customer signed out and no token was held. */
      readonly fingerprint: string
      readonly by: 'rejected' | 'expired' | 'clear' | 'checkout' | 'close' | 'restored'
    }
  | {
      readonly type: 'request-rejected'
      readonly method: string
      readonly url: string
      /** Undefined if no code was readable, or if another 401 had already shown that the token is rejected. */
      readonly code: string | undefined
    }
  | { readonly type: 'request-replayed'; readonly method: string; readonly url: string; readonly ok: boolean }
  | { readonly type: 'replay-refused'; readonly method: string; readonly url: string; readonly why: string }
  | { readonly type: 'lifetime-too-short'; readonly lifetimeMs: number; readonly minValidityMs: number }
  /** An `expires_in` was neither a number nor a numeric string, but of this type. */
  | { readonly type: 'lifetime-ignored'; readonly received: string }
  | { readonly type: 'clock-stepped'; readonly byMs: number }
  | { readonly type: 'tab-shared'; readonly fingerprint: string }
  | { readonly type: 'state'; readonly from: SessionState['status']; readonly to: SessionState['status'] }
)

/** An event before it gets its time. */
export type UntimedEvent = SessionEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never

/** The facts that the state shows. Times are in ms of session time. */
export interface StateFacts {
  readonly closed: boolean
  readonly held: { readonly expiresAt: number } | undefined
  /** The failure that the last token request left; with a token, of its renewal. */
  readonly failure: { readonly error: ForageSessionError; readonly retryAt: number } | undefined
  readonly fetching: boolean
}

/** Returns the state that shows the facts. `wallOf` converts session time to the clock's `now()`. */
export function stateOf(
  { closed, held, failure, fetching }: StateFacts,
  wallOf: (at: number) => number,
): SessionState {
  if (closed) return { status: 'closed' }
  if (held) {
    const expiresAt = wallOf(held.expiresAt)
    if (!failure) return { status: 'ready', expiresAt, renewing: fetching }
    const { error, retryAt } = failure
    return { status: 'degraded', expiresAt, error, retryAt: Math.min(expiresAt, wallOf(retryAt)) }
  }
  if (fetching) return { status: 'fetching' }
  if (!failure) return { status: 'idle' }
  const { error, retryAt } = failure
  return { status: 'failed', error, retryAt: retryAt < Infinity ? wallOf(retryAt) : null }
}
