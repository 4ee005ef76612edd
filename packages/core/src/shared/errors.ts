import { asRecord } from './as-record.ts'

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

/** What to do about each. */
export const remedies: Readonly<Record<ForageSessionErrorCode, string>> = {
  endpoint_unreachable: 'Check that the merchant backend is up, and that CORS and CSP let the page reach it.',
  endpoint_timeout: 'Make the merchant endpoint faster, or raise requestTimeoutMs.',
  endpoint_rejected: 'Ask the customer to sign in again, then call retry().',
  endpoint_not_found: 'Serve POST at the address given as tokenSource.',
  endpoint_rate_limited: 'Wait until retryAt, or raise the limit of the merchant endpoint.',
  endpoint_failed: 'Look at the log of the merchant backend.',
  endpoint_redirected: 'Answer 401 instead of redirecting to a login page.',
  endpoint_not_json: 'Answer with JSON of the form {"token":"…"}, at most 64 KiB.',
  token_missing: 'Answer with a string "token".',
  token_malformed: 'Answer with the token exactly as Forage gave it.',
  token_wrong_kind: 'Mint a session token on the backend, and revoke the authentication token that was sent.',
  token_environment_mismatch: 'Use the same environment on the backend and in the page.',
  token_expired_on_arrival: 'Mint a token for each request, and check the clock of the backend.',
  token_reused: 'The backend caches tokens: mint one for each request, and answer with no-store.',
  token_rejected: 'Use the same environment, merchant and credentials on the backend and in the page.',
  budget_exhausted: 'Wait until retryAt, and look for what asks for tokens in a loop.',
  checkout_changed: 'Start the step again in the new checkout.',
  closed: 'Create a new session.',
}

/** The same call can succeed later, without a change of code or configuration. */
const succeedsLater = /unreachable|timeout|rate_limited|failed|exhausted/

export interface ForageSessionErrorOptions {
  /** One sentence that says what to do, where it is more exact than the code's own. */
  remedy?: string | undefined
  retryable?: boolean | undefined
  /** The status of the merchant endpoint's answer. */
  status?: number | undefined
  /** When the endpoint wants to be asked again (`Retry-After`), in ms on the session's clock. */
  retryAt?: number | undefined
  cause?: unknown
}

const brand = Symbol.for('@forage-session/core/ForageSessionError')

/** The one error of this package. It never holds a token: not in its message, not in its remedy. */
export class ForageSessionError extends Error {
  override readonly name = 'ForageSessionError'
  /** What went wrong. Branch on it. */
  declare readonly code: ForageSessionErrorCode
  /** Whether the same call can succeed later without a change of code or configuration. */
  declare retryable: boolean
  /** When the session asks again, in ms on its clock's `now()`. */
  declare retryAt?: number | undefined
  /** The status of the merchant endpoint's answer. */
  declare readonly status?: number | undefined
  /** One sentence that says what to do. */
  declare readonly remedy: string

  /** `message`: what happened, where there is more to tell than the code does. */
  constructor(code: ForageSessionErrorCode, message = `${code}:`, options: ForageSessionErrorOptions = {}) {
    const { remedy = remedies[code], retryable = succeedsLater.test(code), status, retryAt } = options
    super(`${message} ${remedy}`, options)
    Object.assign(this, { code, retryable, retryAt, status, remedy })
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether `value` is a {@link ForageSessionError}, also one from another copy of this package. */
export function isForageSessionError(value: unknown): value is ForageSessionError {
  return brand in asRecord(value)
}
