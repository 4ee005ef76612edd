import { asRecord, ownMembers } from '../shared/as-record.ts'
import { boundedJson, boundedProblem } from '../shared/bounded-body.ts'
import {
  ForageSessionError,
  isFinalStatus,
  isForageSessionError,
  type ForageSessionErrorCode,
  type ForageSessionErrorOptions,
} from '../shared/errors.ts'
import { contradicts, type ForageEnvironment } from './environments.ts'
import { numberOf, parseSessionToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'

/** A checked token and its lifetime. */
export interface GrantedToken {
  readonly value: string
  readonly lifetimeMs: number
  /** Whether the response itself said how long the token lives (`expires_in`). */
  readonly hasLifetime: boolean
  /** The type of an `expires_in` that is not a number. */
  readonly ignored: string | undefined
}

/** The options that decide which tokens are accepted. */
export interface TokenRules {
  readonly environment: ForageEnvironment | undefined
  readonly allowAuthenticationToken: boolean
  readonly fallbackLifetimeMs: number
}

/** Reads the token in a token source's answer. Throws a `ForageSessionError` if there is no usable one. */
export async function readTokenAnswer(
  answer: unknown,
  rules: TokenRules,
  now: number,
): Promise<GrantedToken> {
  return isResponse(answer) ? await readResponse(answer, rules, now) : grant(answer, undefined, rules)
}

/**
 * Reads the error of an HTTP client (ky, axios, ofetch) like the response that it stands for. Throws the value
 * itself if it stands for none.
 */
export function readThrown(thrown: unknown, rules: TokenRules, now: number): Promise<GrantedToken> {
  const error = asRecord(thrown)
  const response = isResponse(thrown) ? thrown : error['response']
  const { data, headers, status: own } = asRecord(response)
  const status = Number(own ?? error['status'] ?? error['statusCode'])
  const isRead = isResponse(response)
  if (isForageSessionError(thrown) || !(isRead || (status >= 100 && status < 600))) throw thrown
  const body = [data, error['data']].find((value) => value === Object(value))
  const shaped = isRead ? response : { status, headers: new Headers(headers as HeadersInit) }
  return readResponse(shaped as Response, rules, now, body)
}

/** `data` is the body, if an HTTP client has read it already. */
async function readResponse(
  response: Response,
  rules: TokenRules,
  now: number,
  data?: unknown,
): Promise<GrantedToken> {
  const { status, headers } = response
  if (status < 200 || status > 299) throw await refusal(response, now, data)
  const body = data ?? (await boundedJson(response))
  if (body === undefined) throw responseError('endpoint_not_json', response, headers.get('Content-Type'))
  return grant(body, dateOf(headers), rules)
}

/** Recognizes a response by its shape: it may come from a polyfill or another realm. */
function isResponse(answer: unknown): answer is Response {
  return typeof (answer as Partial<Response> | null | undefined)?.headers?.get === 'function'
}

/** Checks a token and computes its lifetime. Throws a `ForageSessionError` if it cannot be used. */
export function grant(body: unknown, serverTimeMs: number | undefined, rules: TokenRules): GrantedToken {
  const { token, access_token, expires_in } = ownMembers(asRecord(body))
  const value = typeof body === 'string' ? body : (token ?? access_token) || undefined
  if (typeof value !== 'string') {
    throw new ForageSessionError('token_missing', `The token source returned ${shapeOf(body)}.`)
  }
  const parsed = parseSessionToken(value)
  if (!parsed) throw new ForageSessionError('token_malformed')
  const { isAuthentication, environment: prefix } = parsed
  const { allowAuthenticationToken, environment, fallbackLifetimeMs } = rules
  const isDevelopment = allowAuthenticationToken && environment !== 'production' && prefix !== 'prod'
  if (isAuthentication && !isDevelopment) throw new ForageSessionError('token_wrong_kind')
  if (contradicts(environment, prefix)) {
    const message = `The token has the prefix "${prefix}" of another environment.`
    throw new ForageSessionError('token_environment_mismatch', message)
  }
  const isText = typeof expires_in === 'string' && /^\d+(\.\d+)?$/.test(expires_in)
  const expiresIn = numberOf(isText ? Number(expires_in) : expires_in)
  const hasLifetime = expiresIn !== undefined
  const ignored = hasLifetime || expires_in === undefined ? undefined : typeOf(expires_in)
  const lifetimeMs = hasLifetime ? expiresIn * 1000 : lifetimeOf(parsed, serverTimeMs, fallbackLifetimeMs)
  return { value, lifetimeMs, hasLifetime, ignored }
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}

/** Returns a type and its members, without values. A name that may be a token is left out. */
function shapeOf(body: unknown): string {
  const members = Object.keys(asRecord(body)).filter((name) => /^[a-z_-]{1,30}$/i.test(name))
  return `${typeOf(body)} { ${members.join(', ')} }`
}

async function refusal(response: Response, now: number, data?: unknown): Promise<ForageSessionError> {
  const { status, type, headers } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return responseError('endpoint_redirected', response, type)
  }
  const { code } = asRecord(data ?? (await boundedProblem(response)))
  const isProblem = /^application\/problem\+json\b/i.test(headers.get('Content-Type') ?? '')
  const isFinal = isFinalStatus(status, isProblem && typeof code === 'string')
  const remedy = problems[code as string]
  return responseError(codeOf(status), response, remedy && (code as string), {
    remedy,
    retryable: !isFinal,
    retryAt: status === 429 || status === 503 ? retryAtOf(headers, now) : undefined,
  })
}

function responseError(
  code: ForageSessionErrorCode,
  { status }: Response,
  detail: string | null | undefined,
  options?: ForageSessionErrorOptions,
): ForageSessionError {
  const message = `The merchant endpoint returned ${status}${detail ? ` (${detail})` : ''}.`
  return new ForageSessionError(code, message, { status, ...options })
}

function codeOf(status: number): ForageSessionErrorCode {
  if (status === 401 || status === 403) return 'endpoint_rejected'
  if (status === 404 || status === 405 || status === 410) return 'endpoint_not_found'
  return status === 429 ? 'endpoint_rate_limited' : 'endpoint_failed'
}

/** The remedies for the problem documents (RFC 9457) of `@forage-session/server`. */
const problems = {
  __proto__: null,
  forbidden: 'Allow this checkoutId in authorize().',
  origin_denied: 'Add the origin of the page to origins.',
  merchant_invalid: 'Check the merchant account from authorize().',
  not_configured: 'Give the backend its Forage credentials.',
} as unknown as Readonly<Record<string, string>>

/**
 * Returns when `Retry-After` allows the next request, in ms on our clock, which reads `now` (RFC 9110 §10.2.3).
 * The header holds seconds, or a date on the server's own clock. If the page cannot read that clock, a date counts
 * for at most 5 minutes, because the device's clock may be wrong.
 */
export function retryAtOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('Retry-After') ?? ''
  if (/^\d+$/.test(value)) return now + Number(value) * 1000
  const date = dateOf(headers)
  return numberOf(date ? now + Date.parse(value) - date : Math.min(Date.parse(value), now + 300_000))
}

/** Returns the server's time in ms, if the page may read the `Date` header. */
export function dateOf(headers: Headers): number | undefined {
  return numberOf(Date.parse(headers.get('Date') ?? ''))
}
