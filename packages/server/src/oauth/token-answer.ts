import { BodyTooLargeError } from '../shared/bounded-body.ts'
import type { FailureKind } from '../shared/codes.ts'
import { isTimeout } from '../shared/deadline.ts'
import { isForageServerError, type ForageServerError } from '../shared/errors.ts'
import type { Grant, RefreshToken } from '../slot/refresh-token.ts'
import { assumedLifetimeSeconds, longestLifetimeMs, shortestLifetimeMs } from '../slot/token-windows.ts'
import { connectionErrorCode, wasNeverSent } from '../upstream/connection-error.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { upstreamErrorCode } from '../upstream/upstream-error-code.ts'
import { isWebPage } from '../upstream/web-page.ts'
import type { TokenGrant, UnusableGrant } from './token-grant.ts'

/** The answer of a token endpoint, in this package's own terms. */
export type TokenAnswer = ReceivedToken | TokenFailure

export interface ReceivedToken {
  ok: true
  token: string
  scope: string
  requestedAt: number
  lifetimeMs: number
  /** How far the server's clock is ahead of ours, in ms, if the answer has a date. */
  skewMs?: number | undefined
  /** How the token was issued, for a server with more than one way. */
  grant?: Grant
  /** The new refresh token of the slot. If null, the slot drops its refresh token. If undefined, it keeps it. */
  refresh?: RefreshToken | null
}

export interface TokenFailure {
  ok: false
  kind: FailureKind
  /** An OAuth error code, or a code of this package. */
  code: string
  status?: number
  retryAfterMs?: number | undefined
  /** Whether a token may be alive that no one can revoke: the request may have been sent, and no answer is complete. */
  lost: boolean
  /** A token that arrived and cannot be used. It is alive until it is revoked. */
  arrived?: string
}

/** The bounds for the lifetime of a token. */
export interface Lifetimes {
  /** The lifetime if the answer has no `expires_in`, which RFC 6749 §5.1 only recommends. */
  assumedMs: number
  /** The shortest usable lifetime: a token with a shorter one needs a replacement as soon as it arrives. */
  shortestMs: number
}

const authenticationTokenLifetimes: Lifetimes = {
  assumedMs: assumedLifetimeSeconds * 1000,
  shortestMs: shortestLifetimeMs,
}

export interface GrantedToken {
  grant: TokenGrant | UnusableGrant
  requestedAt: number
  skewMs?: number | undefined
}

/**
 * Reads a granted token. Its lifetime is the one in the answer, never the requested one: in Forage's own example they
 * differ. If the answer has no scope, the token has `requestedScope`.
 */
export function receivedToken(
  { grant, requestedAt, skewMs }: GrantedToken,
  requestedScope: string,
  { assumedMs, shortestMs }: Lifetimes = authenticationTokenLifetimes,
): TokenAnswer {
  const { access_token: token } = grant
  if ('unusable' in grant) return unusableToken('transient', grant.unusable, token)
  const { expires_in, scope = requestedScope } = grant
  const lifetimeMs = expires_in === undefined ? assumedMs : expires_in * 1000
  if (!(lifetimeMs >= shortestMs)) return unusableToken('limit', 'lifetime_too_short', token)
  return { ok: true, token, scope, requestedAt, lifetimeMs: Math.min(lifetimeMs, longestLifetimeMs), skewMs }
}

function unusableToken(kind: FailureKind, code: string, arrived: string): TokenFailure {
  return failure(kind, code, { status: 200, lost: true, arrived })
}

/** Classifies a complete answer that holds no token, such as a maintenance page. */
export function answerWithoutToken(
  response: { status: number; headers: Headers },
  body: string,
): TokenFailure {
  const { status } = response
  const code = upstreamErrorCode(body) ?? (isWebPage(response, body) ? 'firewall_page' : 'no_token')
  return failure('transient', code, { status, lost: false })
}

/** Classifies an error answer (RFC 6749 §5.2), or one of a gateway. Only a known code counts as a configuration error. */
export function readTokenError(
  response: { status: number; headers: Headers },
  body: string,
  now: number,
): TokenFailure {
  const { status, headers } = response
  const code = upstreamErrorCode(body) ?? `http_${status}`
  const facts = { status, retryAfterMs: retryAfterMs(status, headers, now), lost: false }
  if (status === 429) return failure('throttled', code, facts)
  if (isWebPage(response, body)) return failure('transient', 'firewall_page', facts)
  if (code === 'invalid_client' || status === 401) return failure('credential', code, facts)
  if (isLimitCode(code)) return failure('limit', code, facts)
  if (status < 500 && configurationCodes.has(code)) return failure('config', code, facts)
  return failure('transient', code, facts)
}

// Forage does not document its answer to a request for the 1001st token, so a code that speaks of a limit is taken for
// it. Our request is checked at construction, so an `invalid_request` is more likely that answer than a mistake, and a
// mistake costs one request a minute.
function isLimitCode(code: string): boolean {
  return code === 'invalid_request' || /limit|too_many/.test(code)
}

const configurationCodes = new Set([
  'invalid_scope',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
])

/** Classifies a request that failed without a readable answer. `isSent` says whether it may have been sent. */
export function failedRequest(error: unknown, now: number, isSent = true): TokenFailure {
  if (isForageServerError(error) && error.code === 'upstream_throttled') return notSentYet(error, now)
  if (isForageServerError(error)) return redirected(error.status)
  // The answer came: no token has this length.
  if (error instanceof BodyTooLargeError) return failure('transient', 'answer_too_large', { lost: false })
  const code = isTimeout(error) ? 'timeout' : (connectionErrorCode(error) ?? 'no_answer')
  return failure('transient', code, { lost: isSent && !wasNeverSent(error) })
}

// Our own limit refused the request, or Forage wants none yet (status 429), so it was not sent.
function notSentYet({ retryAt = 0, status }: ForageServerError, now: number): TokenFailure {
  const code = status === undefined ? 'upstream_limit' : `http_${status}`
  return failure('throttled', code, { retryAfterMs: retryAt - now, lost: false })
}

// The answer arrived, and has no token.
function redirected(status: number | undefined): TokenFailure {
  if (status === undefined) return failure('transient', 'redirect', { lost: false })
  return failure('transient', `http_${status}`, { status, lost: false })
}

export function failure(
  kind: FailureKind,
  code: string,
  facts: Partial<TokenFailure> & { lost: boolean },
): TokenFailure {
  return { ok: false, kind, code, ...facts }
}

/** Returns how far the server's clock is ahead, in ms. The header has whole seconds (RFC 9110 §6.6.1). */
export function skewOf(headers: Headers, now: number): number | undefined {
  const ms = Date.parse(headers.get('date') ?? '') - now
  return Number.isNaN(ms) ? undefined : ms
}
