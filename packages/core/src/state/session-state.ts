import type { ForageSessionError, ForageSessionErrorCode } from '../shared/errors.ts'
import type { TokenRequest } from '../token/token-source.ts'

/** What a person or a page may know of the session. `expiresAt` and `retryAt` are ms on the clock's `now()`. */
export type SessionState =
  | { readonly status: 'idle' }
  | { readonly status: 'fetching' }
  | { readonly status: 'ready'; readonly expiresAt: number; readonly renewing: boolean }
  | {
      /** The token is usable, but its last renewal failed. */
      readonly status: 'degraded'
      readonly expiresAt: number
      readonly error: ForageSessionError
      /** Of a failure that stays, the end of the token: the session has failed then. */
      readonly retryAt: number
    }
  | {
      readonly status: 'failed'
      readonly error: ForageSessionError
      /** Null: terminal until `retry()`, `setCheckout()` or `clear()`. */
      readonly retryAt: number | null
    }
  | { readonly status: 'closed' }

/** What happened, for logs and devtools. A token is named by its fingerprint, an address without its query. */
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
      readonly fingerprint: string
      readonly by: 'rejected' | 'expired' | 'clear' | 'checkout' | 'close'
    }
  | {
      readonly type: 'request-rejected'
      readonly method: string
      readonly url: string
      /** Undefined where none was readable, or another 401 of the same token had told enough. */
      readonly code: string | undefined
    }
  | { readonly type: 'request-replayed'; readonly method: string; readonly url: string; readonly ok: boolean }
  | { readonly type: 'replay-refused'; readonly method: string; readonly url: string; readonly why: string }
  | { readonly type: 'lifetime-too-short'; readonly lifetimeMs: number; readonly minValidityMs: number }
  | { readonly type: 'clock-stepped'; readonly byMs: number }
  | { readonly type: 'tab-shared'; readonly fingerprint: string }
  | { readonly type: 'state'; readonly from: SessionState['status']; readonly to: SessionState['status'] }
)

/** An event as it is told, before it gets its time. */
export type UntimedEvent = SessionEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'at'>
    : never
  : never

/** What may change the state. */
export type SessionChange =
  | { readonly type: 'requested' }
  | { readonly type: 'received'; readonly expiresAt: number }
  /** The wall clock was set: the same life ends at another time of day. */
  | { readonly type: 'moved'; readonly expiresAt: number }
  /** The token request failed; the token that is still there, if any, is good until `expiresAt`. */
  | {
      readonly type: 'failed'
      readonly error: ForageSessionError
      readonly retryAt: number | null
      readonly expiresAt: number | undefined
    }
  /** The token is gone: run out, refused, or forgotten; and no failure stands in the way of another one. */
  | { readonly type: 'lost'; readonly fetching: boolean }
  | { readonly type: 'closed' }

/** The only place where the state changes. Returns the same object where nothing does. */
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
