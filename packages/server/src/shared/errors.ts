import { serverCodes, type ForageServerErrorCode } from './codes.ts'
import type { CompromiseReport } from './compromise-report.ts'

export interface ForageServerErrorOptions {
  /** One sentence that tells the developer what to do. */
  remedy: string
  /** The time when the same call may be tried again, in ms since the epoch on the server's clock. */
  retryAt?: number | undefined
  /** The HTTP status of Forage's answer. */
  status?: number | undefined
  /** The report of a compromise that could not do everything. */
  report?: CompromiseReport | undefined
  /** Only an error that `safeCause` made: any other may hold the request, and with it a credential. */
  cause?: Error | undefined
}

const brand = Symbol.for('@forage-session/server/ForageServerError')

/**
 * The one error of this package. Neither its message nor its cause ever holds a token or a credential.
 *
 * @example
 * ```ts
 * import { isForageServerError, type ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * try {
 *   await forage.pool('web').rotate()
 * } catch (error) {
 *   if (!isForageServerError(error)) throw error
 *   console.error(error.code, error.remedy)
 * }
 * ```
 */
export class ForageServerError extends Error {
  override readonly name = 'ForageServerError'
  /** The kind of failure. Branch on it: it is stable across versions. */
  readonly code: ForageServerErrorCode
  /** Whether the same call can succeed later without a change of code or configuration. */
  readonly retryable: boolean
  /** The time when the same call may be tried again, in ms since the epoch on the server's clock. */
  declare readonly retryAt?: number
  /** The HTTP status of Forage's answer, if there was one. */
  declare readonly status?: number
  /** The report of a `compromise` that could not do everything, because the store did not answer. */
  declare readonly report?: CompromiseReport
  /** One sentence that tells the developer what to do. Do not show it to a customer. */
  readonly remedy: string

  constructor(code: ForageServerErrorCode, message: string, options: ForageServerErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = serverCodes[code].retryable || options.retryAt !== undefined
    this.remedy = options.remedy
    if (options.retryAt !== undefined) this.retryAt = options.retryAt
    if (options.status !== undefined) this.status = options.status
    if (options.report !== undefined) this.report = options.report
    Object.defineProperty(this, brand, { value: true })
  }

  /** Returns every field, for a log. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, remedy, retryable, retryAt, status, report } = this
    return { name, code, message, remedy, retryable, retryAt, status, report }
  }
}

/**
 * Returns whether `value` is a {@link ForageServerError}, even if another copy of this package created it.
 *
 * @example
 * ```ts
 * import { isForageServerError, type ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * const minted = await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' }).catch((error: unknown) => {
 *   if (isForageServerError(error) && error.code === 'merchant_invalid') return undefined
 *   throw error
 * })
 * ```
 */
export function isForageServerError(value: unknown): value is ForageServerError {
  return typeof value === 'object' && value !== null && brand in value
}
