/** What went wrong. Stable over versions: branch on it, and show {@link ForageServerError.remedy}. */
export type ForageServerErrorCode =
  | 'credentials_rejected'
  | 'not_configured'
  | 'merchant_invalid'
  | 'token_limit'
  | 'upstream_throttled'
  | 'upstream_unavailable'
  | 'store_unavailable'
  | 'frozen'
  | 'closed'

export interface ForageServerErrorOptions {
  /** One sentence that says what to do. */
  remedy: string
  /** Whether the same call can succeed later without a change of code or configuration. */
  retryable: boolean
  /** When it may be tried again, in ms on the server's clock. */
  retryAt?: number | undefined
  /** The status of Forage's answer. */
  status?: number | undefined
  /** Only what `safeCause` made: a foreign error may hold the request, and with it a credential. */
  cause?: Error | undefined
}

const brand = Symbol.for('@forage-session/server/ForageServerError')

/** The one error of this package. It never holds a token or a credential: not in its message, not in its cause. */
export class ForageServerError extends Error {
  override readonly name = 'ForageServerError'
  /** What went wrong. Branch on it. */
  readonly code: ForageServerErrorCode
  /** Whether the same call can succeed later without a change of code or configuration. */
  readonly retryable: boolean
  /** When it is tried again, in ms on the server's clock. */
  declare readonly retryAt?: number
  /** The status of Forage's answer, if there was one. */
  declare readonly status?: number
  /** One sentence that says what to do. */
  readonly remedy: string

  constructor(code: ForageServerErrorCode, message: string, options: ForageServerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.remedy = options.remedy
    if (options.retryAt !== undefined) this.retryAt = options.retryAt
    if (options.status !== undefined) this.status = options.status
    Object.defineProperty(this, brand, { value: true })
  }

  /** What may be logged: all of it. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, remedy, retryable, retryAt, status } = this
    return { name, code, message, remedy, retryable, retryAt, status }
  }
}

/** Whether `value` is a {@link ForageServerError}, also one from another copy of this package. */
export function isForageServerError(value: unknown): value is ForageServerError {
  return typeof value === 'object' && value !== null && brand in value
}
