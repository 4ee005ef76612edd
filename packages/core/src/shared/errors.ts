import { asRecord } from './as-record.ts'

/** A stable name for each kind of failure: code may branch on it. */
export type ForageSessionErrorCode =
  | 'endpoint_unreachable'
  | 'endpoint_timeout'
  | 'endpoint_rejected'
  | 'endpoint_not_found'
  | 'endpoint_rate_limited'
  | 'endpoint_failed'
  | 'endpoint_redirected'
  | 'endpoint_not_json'
  | 'token_missing'
  | 'token_malformed'
  | 'token_wrong_kind'
  | 'token_environment_mismatch'
  | 'token_expired_on_arrival'
  | 'token_reused'
  | 'token_rejected'
  | 'budget_exhausted'
  | 'checkout_changed'
  | 'closed'

/**
 * The way a session continues after a failure:
 * - `retry`: it waits, longer after each failure in a row, and tries again.
 * - `timeout`: the same, but the first failure in a row does not delay the next caller.
 * - `malformed`: it tries again once, because a deployment may be in progress; the second one in a row is final.
 *
 * Without a kind the failure is final: no request until `retry()`, `setCheckout()` or `clear()`.
 */
export type FailureKind = 'retry' | 'timeout' | 'malformed'

/** The meaning of each code: how the session continues, and what a developer can do. */
export const errorCodes: Readonly<
  Record<ForageSessionErrorCode, readonly [remedy: string, kind?: FailureKind]>
> = {
  endpoint_unreachable: ['Check the merchant backend, its CORS headers, and the CSP of the page.', 'retry'],
  endpoint_timeout: ['Make the merchant endpoint faster, or raise requestTimeoutMs.', 'timeout'],
  endpoint_rejected: ['Let the customer sign in again, then call retry().'],
  endpoint_not_found: ['Handle POST at the tokenSource URL.'],
  endpoint_rate_limited: ['Raise the rate limit of the merchant backend.', 'retry'],
  endpoint_failed: ['Check the log of the merchant backend.', 'retry'],
  endpoint_redirected: ['Return 401 instead of a redirect.'],
  endpoint_not_json: ['Return JSON like {"token":"…"}, at most 64 KiB.', 'malformed'],
  token_missing: ['Return JSON like {"token":"…"}.', 'malformed'],
  token_malformed: ['Return the token exactly as Forage issued it.', 'malformed'],
  token_wrong_kind: ['Return a session token, and revoke the authentication token.'],
  token_environment_mismatch: ['Use the same environment on the backend and in the page.'],
  token_expired_on_arrival: ['Mint a token for each request, and check the clock of the merchant backend.'],
  token_reused: ['Mint a token for each request, and return no-store: the backend caches tokens.'],
  token_rejected: ['Use the same environment, merchant and credentials on the backend and in the page.'],
  budget_exhausted: ['Find the loop that requests tokens.', 'retry'],
  checkout_changed: ['Start again in the new checkout.'],
  closed: ['Create a new session.'],
}

export interface ForageSessionErrorOptions {
  /** One sentence that says what to do. Default: the one of the code. */
  remedy?: string | undefined
  /** Default: what the code says. */
  retryable?: boolean | undefined
  /** The status of the merchant endpoint's response. */
  status?: number | undefined
  /** The time when the endpoint accepts the next request (`Retry-After`), in ms on the session's clock. */
  retryAt?: number | undefined
  cause?: unknown
}

const brand = Symbol.for('@forage-session/core/ForageSessionError')

/**
 * The one error of this package. It never holds a token: neither in its message nor in its remedy. Both are for
 * developers, not for customers.
 *
 * @example
 * ```ts
 * import { ForageSessionError, type TokenSource } from '@forage-session/core'
 *
 * // A token source may throw one: the session keeps its code and its remedy.
 * export const tokenSource: TokenSource = async () => {
 *   throw new ForageSessionError('endpoint_rejected', 'No customer is signed in.')
 * }
 * ```
 */
export class ForageSessionError extends Error {
  override readonly name = 'ForageSessionError'
  /** A stable name for the failure. Branch on it. */
  declare readonly code: ForageSessionErrorCode
  /** Whether the same call can succeed later without a change of code or configuration. */
  declare readonly retryable: boolean
  /** The time when the session tries again, in ms on its clock's `now()`. */
  declare readonly retryAt?: number | undefined
  /** The status of the merchant endpoint's response. */
  declare readonly status?: number | undefined
  /** One sentence that says what a developer can do. */
  declare readonly remedy: string

  /** `message` says what happened, if there is more to say than the code does. */
  constructor(code: ForageSessionErrorCode, message = `${code}:`, options: ForageSessionErrorOptions = {}) {
    const kind = failureKindOf(code)
    const {
      remedy = errorCodes[code]?.[0],
      retryable = kind === 'retry' || kind === 'timeout',
      status,
      retryAt,
    } = options
    super(`${message} ${remedy}`, options)
    Object.assign(this, { code, retryable, retryAt, status, remedy })
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Returns how the session continues after a failure; undefined if another version of this package named the code. */
export function failureKindOf(code: ForageSessionErrorCode): FailureKind | undefined {
  return errorCodes[code]?.[1]
}

/**
 * Returns the error with the time of the next try, in ms on the session's clock (Infinity: no try). It is a copy
 * if anything differs, because a caller may hold the original.
 */
export function withRetryAt(error: ForageSessionError, at: number): ForageSessionError {
  const retryable = at < Infinity
  const retryAt = retryable ? at : undefined
  if (error.retryable === retryable && error.retryAt === retryAt) return error
  const { code, message, stack } = error
  return Object.assign(new ForageSessionError(code, message, error), error, {
    message,
    stack,
    retryable,
    retryAt,
  })
}

/**
 * Returns whether `value` is a {@link ForageSessionError}, also one from another copy of this package.
 *
 * @example
 * ```ts
 * import { isForageSessionError } from '@forage-session/core'
 *
 * export function isSignedOut(error: unknown): boolean {
 *   return isForageSessionError(error) && error.code === 'endpoint_rejected'
 * }
 * ```
 */
export function isForageSessionError(value: unknown): value is ForageSessionError {
  return brand in asRecord(value)
}
