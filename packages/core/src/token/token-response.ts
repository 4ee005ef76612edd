import { asRecord, ownMembers } from '../shared/as-record.ts'
import { boundedJson, boundedProblem } from '../shared/bounded-body.ts'
import {
  ForageSessionError,
  type ForageSessionErrorCode,
  type ForageSessionErrorOptions,
} from '../shared/errors.ts'
import { contradicts, type ForageEnvironment } from './environments.ts'
import { numberOf, parseSessionToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'
import type { TokenResponse } from './token-source.ts'

/** A checked token and its lifetime. */
export interface GrantedToken {
  readonly value: string
  readonly lifetimeMs: number
  /** Whether the response itself said how long the token lives (`expires_in`). */
  readonly hasLifetime: boolean
}

/** The options that decide which tokens are accepted. */
export interface TokenRules {
  readonly environment: ForageEnvironment | undefined
  readonly allowAuthenticationToken: boolean
  readonly fallbackLifetimeMs: number
}

/** Reads the token in a token source's answer. Throws a `ForageSessionError` if there is no usable one. */
export async function readTokenAnswer(
  answer: string | TokenResponse | Response,
  rules: TokenRules,
  now: number,
): Promise<GrantedToken> {
  if (!isResponse(answer)) return grant(answer, undefined, rules)
  if (!answer.ok) throw await refusal(answer, now)
  const body = await boundedJson(answer)
  if (body === undefined) throw responseError('endpoint_not_json', answer, answer.headers.get('Content-Type'))
  return grant(body, dateOf(answer.headers), rules)
}

/** Recognizes a response by its shape: it may come from a polyfill or another realm. */
function isResponse(answer: string | TokenResponse | Response): answer is Response {
  return typeof (answer as Partial<Response> | null)?.headers?.get === 'function'
}

/** Checks a token and computes its lifetime. Throws a `ForageSessionError` if it cannot be used. */
export function grant(body: unknown, serverTimeMs: number | undefined, rules: TokenRules): GrantedToken {
  const { token, access_token, expires_in } = ownMembers(asRecord(body))
  const value = typeof body === 'string' ? body : (token ?? access_token) || undefined
  if (typeof value !== 'string') throw new ForageSessionError('token_missing')
  const parsed = parseSessionToken(value)
  if (!parsed) throw new ForageSessionError('token_malformed')
  const { kind, environment: prefix } = parsed
  const { allowAuthenticationToken, environment, fallbackLifetimeMs } = rules
  const isDevelopment = allowAuthenticationToken && environment !== 'production' && prefix !== 'prod'
  if (kind === 'authentication' && !isDevelopment) throw new ForageSessionError('token_wrong_kind')
  if (contradicts(environment, prefix)) {
    const message = `The token has the prefix "${prefix}" of another environment.`
    throw new ForageSessionError('token_environment_mismatch', message)
  }
  const expiresIn = numberOf(expires_in)
  const hasLifetime = expiresIn !== undefined
  const lifetimeMs = hasLifetime ? expiresIn * 1000 : lifetimeOf(parsed, serverTimeMs, fallbackLifetimeMs)
  return { value, lifetimeMs, hasLifetime }
}

async function refusal(response: Response, now: number): Promise<ForageSessionError> {
  const { status, type, headers } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return responseError('endpoint_redirected', response, type)
  }
  const code = String((await boundedProblem(response))['code'])
  const remedy = problems.get(code)
  return responseError(codeOf(status), response, remedy && code, {
    remedy,
    retryable: status === 429 || status >= 500,
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
const problems: ReadonlyMap<string, string> = new Map([
  ['forbidden', 'Check that authorize() allows this checkoutId.'],
  ['origin_denied', 'Add the origin of the page to origins.'],
  ['merchant_invalid', 'Check the merchant account that authorize() returns.'],
  ['not_configured', 'Give the backend its Forage credentials.'],
])

/**
 * Returns when `Retry-After` allows the next request, in ms on our clock, which reads `now` (RFC 9110 §10.2.3).
 * The header holds seconds, or a date on the server's own clock.
 */
export function retryAtOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('Retry-After') ?? ''
  if (/^\d+$/.test(value)) return now + Number(value) * 1000
  return numberOf(now + Date.parse(value) - (dateOf(headers) ?? now))
}

/** Returns the server's time in ms, if the page may read the `Date` header. */
export function dateOf(headers: Headers): number | undefined {
  return numberOf(Date.parse(headers.get('Date') ?? ''))
}
