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

/** A reason for the state to change. */
export type SessionChange =
  | { readonly type: 'requested' }
  | { readonly type: 'received'; readonly expiresAt: number }
  /** The wall clock was set: the same lifetime ends at another time of day. */
  | { readonly type: 'moved'; readonly expiresAt: number }
  /** The token request failed. The token that is left, if any, is valid until `expiresAt`. */
  | {
      readonly type: 'failed'
      readonly error: ForageSessionError
      readonly retryAt: number | null
      readonly expiresAt: number | undefined
    }
  /** The token expired, was rejected or forgotten, and no failure prevents the next request. */
  | { readonly type: 'lost'; readonly fetching: boolean }
  | { readonly type: 'closed' }

/** Returns the state after a change: the same object if nothing changes. No other function changes the state. */
export function transition(state: SessionState, change: SessionChange): SessionState {
  if (state.status === 'closed') return state
  switch (change.type) {
    case 'requested':
      if (state.status === 'ready') return state.renewing ? state : { ...state, renewing: true }
      return state.status === 'idle' || state.status === 'failed' ? { status: 'fetching' } : state
    case 'received':
      return { status: 'ready', expiresAt: change.expiresAt, renewing: false }
    case 'moved':
      return 'expiresAt' in state ? { ...state, expiresAt: change.expiresAt } : state
    case 'failed':
      return failed(state, change)
    case 'lost':
      return withoutToken(state, change.fetching ? 'fetching' : 'idle')
    case 'closed':
      return { status: 'closed' }
  }
}

function withoutToken(state: SessionState, status: 'fetching' | 'idle'): SessionState {
  return state.status === status ? state : { status }
}

function failed(
  state: SessionState,
  { error, retryAt, expiresAt }: Extract<SessionChange, { type: 'failed' }>,
): SessionState {
  if (expiresAt === undefined) {
    return state.status === 'failed' && state.error === error ? state : { status: 'failed', error, retryAt }
  }
  return { status: 'degraded', expiresAt, error, retryAt: retryAt ?? expiresAt }
}
