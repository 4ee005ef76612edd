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
 * The meaning of each code: what a developer can do, and whether the failure is final. After a final failure the
 * session sends no token request by itself; after any other one it waits and tries again.
 */
export const errorCodes: Readonly<Record<ForageSessionErrorCode, readonly [remedy: string, kind?: 'final']>> =
  {
    endpoint_unreachable: ['Check the backend, its CORS headers and the CSP of the page.'],
    endpoint_timeout: ['Make the endpoint faster, or raise requestTimeoutMs.'],
    endpoint_rejected: ['Let the customer sign in again, then call retry().', 'final'],
    endpoint_not_found: ['Handle POST at the tokenSource URL.'],
    endpoint_rate_limited: ['Raise the rate limit of the backend.'],
    endpoint_failed: ['Check the log of the backend.'],
    endpoint_redirected: ['Return 401 instead of a redirect.'],
    endpoint_not_json: ['Return JSON like {"token":"…"}, at most 64 KiB.'],
    token_missing: ['Return JSON like {"token":"…"}.'],
    token_malformed: ['Return the token as Forage issued it.'],
    token_wrong_kind: ['Return a session token, and revoke this one.', 'final'],
    token_environment_mismatch: ['Use one environment on the backend and in the page.', 'final'],
    token_expired_on_arrival: ['Mint a token for each request, and check the clock of the backend.'],
    token_reused: ['Mint a token for each request: the backend caches tokens.'],
    token_rejected: ['Use one environment and merchant on the backend and in the page.'],
    budget_exhausted: ['Find the loop that requests tokens.'],
    checkout_changed: ['Start again in the new checkout.', 'final'],
    closed: ['Create a new session.', 'final'],
  }

/**
 * Returns whether a response with this status is final: a 401 is, and another 4xx if the merchant's own code
 * answered (`isProblem`). Gateways send the five exceptions for reasons of their own.
 */
export function isFinalStatus(status: number, isProblem: boolean): boolean {
  const isRefusal = status >= 400 && status < 500 && ![408, 421, 423, 425, 429].includes(status)
  return status === 401 || (isProblem && isRefusal)
}

/** Returns whether a code says that the endpoint did not answer: the cause may be the page or its network. */
export function isUnanswered(code: unknown): boolean {
  return code === 'endpoint_unreachable' || code === 'endpoint_timeout'
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
    const [known, kind] = errorCodes[code] ?? []
    const { remedy = known, retryable = kind !== 'final', status, retryAt } = options
    super(`${message} ${remedy}`, options)
    Object.assign(this, { code, retryable, retryAt, status, remedy })
    Object.defineProperty(this, brand, { value: true })
  }
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
  return asRecord(value)[brand] === true
}
