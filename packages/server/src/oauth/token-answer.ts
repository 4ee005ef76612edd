import type { TokenEndpointResponse } from 'oauth4webapi'

import type { FailureKind } from '../shared/codes.ts'
import { isTimeout } from '../shared/deadline.ts'
import { isForageServerError } from '../shared/errors.ts'
import { errorCode } from '../shared/safe-cause.ts'
import type { Grant, RefreshToken } from '../slot/refresh-token.ts'
import { assumedLifetimeSeconds, shortestLifetimeMs } from '../slot/token-windows.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { upstreamErrorCode } from '../upstream/upstream-error-code.ts'

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
  /** Whether the server may have issued a token that never arrived. */
  lost: boolean
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
  body: Pick<TokenEndpointResponse, 'access_token' | 'expires_in' | 'scope'>
  requestedAt: number
  skewMs?: number | undefined
}

/**
 * Reads a granted token. Its lifetime is the one in the answer, never the requested one: in Forage's own example they
 * differ. If the answer has no scope, the token has `requestedScope`.
 */
export function receivedToken(
  { body, requestedAt, skewMs }: GrantedToken,
  requestedScope: string,
  { assumedMs, shortestMs }: Lifetimes = authenticationTokenLifetimes,
): TokenAnswer {
  const { access_token: token, expires_in, scope = requestedScope } = body
  const lifetimeMs = expires_in === undefined ? assumedMs : expires_in * 1000
  if (!(lifetimeMs >= shortestMs)) return failure('limit', 'lifetime_too_short', { status: 200, lost: true })
  return { ok: true, token, scope, requestedAt, lifetimeMs, skewMs }
}

/** Classifies an error answer (RFC 6749 §5.2), or one of a gateway. Only a known code counts as a configuration error. */
export function readTokenError(status: number, body: string, headers: Headers, now: number): TokenFailure {
  const code = upstreamErrorCode(body) ?? `http_${status}`
  const facts = { status, retryAfterMs: retryAfterMs(headers, now), lost: false }
  if (status === 429) return failure('throttled', code, facts)
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

/** Classifies a request that failed without a readable answer. `isSent` says whether the request was sent. */
export function failedRequest(error: unknown, now: number, isSent = true): TokenFailure {
  if (isForageServerError(error) && error.code === 'upstream_throttled')
    return overLimit(error.retryAt ?? now, now)
  if (isForageServerError(error)) return redirected(error.status)
  if (isTimeout(error)) return failure('transient', 'timeout', { lost: isSent })
  const code = errorCode(error)
  const isConnected = code === undefined || !unsentCodes.has(code)
  return failure('transient', code ?? 'no_answer', { lost: isSent && isConnected })
}

// Our own limit refused the request, so it was not sent.
function overLimit(retryAt: number, now: number): TokenFailure {
  return failure('throttled', 'upstream_limit', { retryAfterMs: retryAt - now, lost: false })
}

// The answer arrived, and has no token.
function redirected(status: number | undefined): TokenFailure {
  if (status === undefined) return failure('transient', 'redirect', { lost: false })
  return failure('transient', `http_${status}`, { status, lost: false })
}

// These errors come before a connection exists, so the request was not sent.
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

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
