import type { ForageSessionError, ForageSessionErrorCode } from './errors.ts'
import type { TokenRequest } from './token-source.ts'

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
      readonly error: ForageSessionError
    }
  | {
      readonly type: 'token-invalidated'
      readonly fingerprint: string
      readonly by: 'rejected' | 'clear' | 'checkout' | 'close'
    }
  | {
      readonly type: 'request-rejected'
      readonly method: string
      readonly url: string
      readonly code: string | undefined
    }
  | { readonly type: 'request-replayed'; readonly method: string; readonly url: string; readonly ok: boolean }
  | { readonly type: 'replay-refused'; readonly method: string; readonly url: string; readonly why: string }
  | { readonly type: 'lifetime-too-short'; readonly lifetimeMs: number; readonly minValidityMs: number }
  | { readonly type: 'clock-stepped'; readonly byMs: number }
  | { readonly type: 'tab-shared'; readonly fingerprint: string }
  | { readonly type: 'state'; readonly from: SessionState['status']; readonly to: SessionState['status'] }
)
