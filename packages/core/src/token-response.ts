import { asRecord } from './as-record.ts'
import { boundedText } from './bounded-text.ts'
import { contradicts, type ForageEnvironment } from './environments.ts'
import { ForageSessionError, type ForageSessionErrorOptions } from './errors.ts'
import { retryAfterMs, serverTimeMs } from './retry-after.ts'
import { parseSessionToken, type ParsedToken } from './session-token.ts'
import { lifetimeOf } from './token-lifetime.ts'
import type { TokenResponse } from './token-source.ts'

export interface GrantedToken {
  readonly value: string
  readonly parsed: ParsedToken
  readonly lifetimeMs: number
  /** Whether the answer said how much of its life is left, and not only the token itself. */
  readonly tellsLifetime: boolean
}

export interface TokenRules {
  readonly environment: ForageEnvironment | undefined
  readonly allowAuthenticationToken: boolean
  readonly fallbackLifetimeMs: number
}

/** What a token source answered: a token, or the reason why there is none. */
export type TokenAnswer =
  | { readonly ok: true; readonly token: GrantedToken }
  | { readonly ok: false; readonly error: ForageSessionError; readonly retryAfterMs?: number | undefined }

/** A token answer is a few hundred bytes; a page that is not one may be megabytes. */
const maxBytes = 64 * 1024

export async function readTokenAnswer(
  answer: string | TokenResponse | Response,
  rules: TokenRules,
  now: number,
): Promise<TokenAnswer> {
  if (!isResponse(answer)) return grant(answer, undefined, rules)
  const { status, headers } = answer
  if (!answer.ok) {
    const error = await refusal(answer)
    return {
      ok: false,
      error,
      retryAfterMs: status === 429 || status === 503 ? retryAfterMs(headers, now) : undefined,
    }
  }
  const body = await jsonOf(answer)
  if (body === undefined) return failure('endpoint_not_json', notJson(answer), { status })
  return grant(body, serverTimeMs(headers), rules)
}

/** By its shape: a `Response` may come from a polyfill or another realm. */
function isResponse(answer: string | TokenResponse | Response): answer is Response {
  return typeof answer === 'object' && answer !== null && 'headers' in answer && 'status' in answer
}

/** Checks a token and says how long it is good for. */
export function grant(body: unknown, serverTime: number | undefined, rules: TokenRules): TokenAnswer {
  const value = typeof body === 'string' ? body : tokenOf(body)
  if (value === undefined) return failure('token_missing', 'The token source answered without a token.')
  const parsed = parseSessionToken(value)
  if (!parsed) return failure('token_malformed', 'The token holds characters that no header can carry.')
  if (parsed.kind === 'authentication' && !allowsAuthenticationToken(rules, parsed)) {
    return failure('token_wrong_kind', 'The token source answered with an authentication token.')
  }
  if (contradicts(rules.environment, parsed.environment)) {
    const message = `A token of "${parsed.environment}" came where another environment is configured.`
    return failure('token_environment_mismatch', message)
  }
  const expiresInMs = expiresInMsOf(body)
  const { fallbackLifetimeMs } = rules
  const lifetimeMs = lifetimeOf({ expiresInMs, token: parsed, serverTimeMs: serverTime, fallbackLifetimeMs })
  if (lifetimeMs <= 0) return failure('token_expired_on_arrival', 'The token had run out when it came.')
  return { ok: true, token: { value, parsed, lifetimeMs, tellsLifetime: expiresInMs !== undefined } }
}

function allowsAuthenticationToken(rules: TokenRules, parsed: ParsedToken): boolean {
  return rules.allowAuthenticationToken && rules.environment !== 'production' && parsed.environment !== 'prod'
}

function tokenOf(body: unknown): string | undefined {
  const { token, access_token } = asRecord(body)
  const value = token ?? access_token
  return typeof value === 'string' && value !== '' ? value : undefined
}

function expiresInMsOf(body: unknown): number | undefined {
  const seconds = asRecord(body)['expires_in']
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1000 : undefined
}

/** Undefined: not JSON, truncated, or too long. The parser's own error would quote the body: it is dropped. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await boundedText(response, maxBytes)) ?? '') as unknown
  } catch {
    return undefined
  }
}

function notJson(response: Response): string {
  const type = response.headers.get('Content-Type') ?? 'no content type'
  return `The merchant endpoint answered ${response.status} (${type}), and not JSON of at most 64 KiB.`
}

async function refusal(response: Response): Promise<ForageSessionError> {
  const { status, type } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return new ForageSessionError(
      'endpoint_redirected',
      'The merchant endpoint redirected the token request.',
      { status },
    )
  }
  const isJson = /\bjson\b/i.test(response.headers.get('Content-Type') ?? '')
  const { code } = asRecord(isJson ? await jsonOf(response) : undefined)
  const problem = typeof code === 'string' && Object.hasOwn(problems, code) ? problems[code] : undefined
  const named = problem === undefined ? '' : ` (${String(code)})`
  const retryable = status === 429 || status >= 500
  return new ForageSessionError(codeOf(status), `The merchant endpoint answered ${status}${named}.`, {
    status,
    retryable,
    remedy: problem,
  })
}

function codeOf(status: number): ForageSessionError['code'] {
  if (status === 401 || status === 403) return 'endpoint_rejected'
  if (status === 404 || status === 405 || status === 410) return 'endpoint_not_found'
  return status === 429 ? 'endpoint_rate_limited' : 'endpoint_failed'
}

/** What to do about the problem documents (RFC 9457) of `@forage-session/server`. */
const problems: Record<string, string> = {
  forbidden: 'The customer does not own this checkout: check checkoutId and authorize().',
  origin_denied: "Add this page's origin to the handler's origins.",
  merchant_invalid: 'Check the merchant account that authorize() returns.',
  not_configured: 'Give the backend its Forage credentials.',
}

function failure(
  code: ForageSessionError['code'],
  message: string,
  options?: ForageSessionErrorOptions,
): TokenAnswer {
  return { ok: false, error: new ForageSessionError(code, message, options) }
}
