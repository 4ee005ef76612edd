/** What went wrong. Stable over versions: branch on it, and show {@link ForageSessionError.remedy}. */
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

export interface ForageSessionErrorOptions {
  /** One sentence that says what to do. */
  remedy: string
  /** Whether the same call can succeed later without a change of code or configuration. */
  retryable: boolean
  /** When the session asks again, in ms on its clock. */
  retryAt?: number | undefined
  /** The status of the merchant endpoint's answer. */
  status?: number | undefined
  cause?: unknown
}

const brand = Symbol.for('@forage-session/core/ForageSessionError')

/** The one error of this package. It never holds a token: not in its message, not in its cause. */
export class ForageSessionError extends Error {
  override readonly name = 'ForageSessionError'
  readonly code: ForageSessionErrorCode
  readonly retryable: boolean
  readonly retryAt?: number
  readonly status?: number
  readonly remedy: string

  constructor(code: ForageSessionErrorCode, message: string, options: ForageSessionErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.remedy = options.remedy
    if (options.retryAt !== undefined) this.retryAt = options.retryAt
    if (options.status !== undefined) this.status = options.status
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether `value` is a {@link ForageSessionError}, also one from another copy of this package. */
export function isForageSessionError(value: unknown): value is ForageSessionError {
  return typeof value === 'object' && value !== null && brand in value
}
