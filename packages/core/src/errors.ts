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

interface CatalogueEntry {
  /** Whether the same call can succeed later without a change of code or configuration. */
  readonly retryable: boolean
  readonly remedy: string
}

const later = (remedy: string): CatalogueEntry => ({ retryable: true, remedy })
const never = (remedy: string): CatalogueEntry => ({ retryable: false, remedy })

const catalogue: Record<ForageSessionErrorCode, CatalogueEntry> = {
  endpoint_unreachable: later(
    'Check that the merchant backend is up and that the page may reach it (CORS, Content-Security-Policy).',
  ),
  endpoint_timeout: later('Make the merchant endpoint answer faster, or raise requestTimeoutMs.'),
  endpoint_rejected: never('Ask the customer to sign in again, then call retry().'),
  endpoint_not_found: never('Serve POST at the address given as tokenSource.'),
  endpoint_rate_limited: later(
    'Wait until retryAt; raise the limit of the merchant endpoint if this is common.',
  ),
  endpoint_failed: later('Look at the log of the merchant backend for this request.'),
  endpoint_redirected: never(
    'Answer the token request itself with 401 instead of redirecting it to a login page.',
  ),
  endpoint_not_json: never('Answer with JSON of the form {"token":"…"} and Content-Type: application/json.'),
  token_missing: never('Answer with a non-empty string "token" (or "access_token").'),
  token_malformed: never('Answer with the token exactly as Forage gave it.'),
  token_wrong_kind: never(
    'Mint a session token on the backend (POST /api/session_token/) and answer with that one; revoke the authentication token that was sent to the browser.',
  ),
  token_environment_mismatch: never('Use credentials of the same environment on the backend as in the page.'),
  token_expired_on_arrival: never(
    'Mint a session token for each request, and check the clock of the backend.',
  ),
  token_reused: never(
    'The backend caches tokens: mint a new session token for each request (Cache-Control: no-store).',
  ),
  token_rejected: never('Check that backend and page use the same environment, merchant and credentials.'),
  budget_exhausted: later('Wait until retryAt; look for what asks for tokens in a loop.'),
  checkout_changed: never('Start the step again in the new checkout.'),
  closed: never('Create a new session.'),
}

export interface ForageSessionErrorOptions {
  /** One sentence that says what to do, where it is more exact than the code's own. */
  remedy?: string | undefined
  retryable?: boolean | undefined
  /** The status of the merchant endpoint's answer. */
  status?: number | undefined
  cause?: unknown
}

const brand = Symbol.for('@forage-session/core/ForageSessionError')

/** The one error of this package. It never holds a token: not in its message, not in its remedy. */
export class ForageSessionError extends Error {
  override readonly name = 'ForageSessionError'
  readonly code: ForageSessionErrorCode
  /** Whether the same call can succeed later without a change of code or configuration. */
  retryable: boolean
  /** When the session asks again, in ms on its clock's `now()`. */
  retryAt?: number
  /** The status of the merchant endpoint's answer. */
  readonly status?: number
  /** One sentence that says what to do. */
  readonly remedy: string

  constructor(code: ForageSessionErrorCode, message: string, options: ForageSessionErrorOptions = {}) {
    const remedy = options.remedy ?? catalogue[code].remedy
    super(`${message} ${remedy}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? catalogue[code].retryable
    this.remedy = remedy
    if (options.status !== undefined) this.status = options.status
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether `value` is a {@link ForageSessionError}, also one from another copy of this package. */
export function isForageSessionError(value: unknown): value is ForageSessionError {
  return typeof value === 'object' && value !== null && brand in value
}
