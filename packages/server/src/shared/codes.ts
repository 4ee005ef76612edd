/** Error codes of the server. They are stable across versions. */
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

/** Error codes of the endpoint. They are stable; `unauthorized` always means that the customer is signed out. */
export type ProblemCode =
  | 'unauthorized'
  | 'forbidden'
  | 'origin_denied'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'payload_too_large'
  | 'rate_limited'
  | 'merchant_invalid'
  | 'upstream_throttled'
  | 'upstream_unavailable'
  | 'not_configured'

/** The meaning of a code of the server. */
interface ServerCodeMeaning {
  /** Whether the same call can succeed later without a change of code or configuration. If not, it is final. */
  retryable: boolean
  /** The code that the browser receives if a mint fails with this code. */
  problem: ProblemCode
  /** How long the browser waits before its next request, in seconds. Default: until the error's `retryAt`. */
  backOffSeconds?: number
}

/** The meaning of a code of the endpoint. */
interface ProblemCodeMeaning {
  /** The HTTP status. */
  status: number
  /** A short summary, the same for each problem with this code (RFC 9457). */
  title: string
  /** Whether the browser may send the same request again, after `Retry-After`. If not, it is final. */
  retryable: boolean
}

/** Every error code of the server. */
export const serverCodes: Record<ForageServerErrorCode, ServerCodeMeaning> = {
  credentials_rejected: { retryable: true, problem: 'not_configured' },
  not_configured: { retryable: false, problem: 'not_configured' },
  merchant_invalid: { retryable: false, problem: 'merchant_invalid' },
  token_limit: { retryable: true, problem: 'upstream_unavailable' },
  upstream_throttled: { retryable: true, problem: 'upstream_throttled' },
  upstream_unavailable: { retryable: true, problem: 'upstream_unavailable' },
  store_unavailable: { retryable: true, problem: 'upstream_unavailable' },
  // An operator has to thaw the pool: it does not help if every open checkout sends a request each second.
  frozen: { retryable: true, problem: 'upstream_unavailable', backOffSeconds: 30 },
  closed: { retryable: false, problem: 'upstream_unavailable' },
}

/** Every error code of the endpoint. */
export const problemCodes: Record<ProblemCode, ProblemCodeMeaning> = {
  unauthorized: { status: 401, title: 'Not signed in', retryable: false },
  forbidden: { status: 403, title: 'Not allowed', retryable: false },
  origin_denied: { status: 403, title: 'Origin not allowed', retryable: false },
  method_not_allowed: { status: 405, title: 'Method not allowed', retryable: false },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', retryable: false },
  payload_too_large: { status: 413, title: 'Payload too large', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  merchant_invalid: { status: 502, title: 'Merchant account not accepted', retryable: false },
  upstream_throttled: { status: 503, title: 'Payments are busy', retryable: true },
  upstream_unavailable: { status: 503, title: 'Payments are unavailable', retryable: true },
  not_configured: { status: 500, title: 'Not configured', retryable: false },
}

/** The class of a failed token request. It decides how long all instances wait: `slot/failure-policy.ts`. */
export type FailureKind =
  | 'transient'
  | 'throttled'
  | 'credential'
  | 'config'
  | 'limit'
  | 'rejected'
  | 'frozen'

/** The reason why an authentication token is no longer used. */
export type RetirementReason = 'renewed' | 'rotated' | 'invalidated' | 'orphan' | 'local' | 'compromised'

/** The key of a request limit. */
export type LimitedBy = 'ip' | 'subject' | 'merchant'

/** A function of the application that this package calls. */
export type Hook = 'listener' | 'origins' | 'telemetry' | 'waitUntil'
/** A call of an operator in an emergency. */
export type EmergencyAction = 'rotate' | 'compromise' | 'freeze' | 'thaw' | 'revoke-all'
