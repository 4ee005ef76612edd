import type { TokenEndpointResponse } from 'oauth4webapi'

import { isTimeout } from '../shared/deadline.ts'
import { errorCode } from '../shared/safe-cause.ts'
import type { Grant, RefreshToken } from '../slot/refresh-token.ts'
import type { FailureKind } from '../slot/slot-document.ts'
import { assumedLifetimeSeconds, shortestLifetimeMs } from '../slot/token-windows.ts'
import { retryAfterMs } from '../upstream/retry-after.ts'
import { upstreamErrorCode } from '../upstream/upstream-error-code.ts'

/** What the token endpoint answered, on our side of the wire. */
export type TokenAnswer = ReceivedToken | TokenFailure

export interface ReceivedToken {
  ok: true
  token: string
  scope: string
  requestedAt: number
  lifetimeMs: number
  /** How far the server's clock is ahead of ours, in ms, if it says so. */
  skewMs?: number | undefined
  /** Where there is more than one way to obtain it. */
  grant?: Grant
  /** What the slot keeps beside it from now on. Null: nothing; undefined: what it has. */
  refresh?: RefreshToken | null
}

export interface TokenFailure {
  ok: false
  kind: FailureKind
  /** An OAuth error code, or one of ours. */
  code: string
  status?: number
  retryAfterMs?: number | undefined
  /** Whether a token may have been issued that we never saw. */
  lost: boolean
}

/** Lifetime is what the answer says, never what was asked for: Forage's own example differs from its request. */
export function readTokenAnswer(
  body: TokenEndpointResponse,
  requestedAt: number,
  asked: string,
  skewMs?: number,
): TokenAnswer {
  const lifetimeMs = (body.expires_in ?? assumedLifetimeSeconds) * 1000
  if (!(lifetimeMs >= shortestLifetimeMs))
    return failure('limit', 'lifetime_too_short', { status: 200, lost: true })
  return { ok: true, token: body.access_token, scope: body.scope ?? asked, requestedAt, lifetimeMs, skewMs }
}

/** RFC 6749 §5.2 and what gateways answer. Only a known code is worth the word "configuration". */
export function readTokenError(status: number, body: string, headers: Headers, now: number): TokenAnswer {
  const code = upstreamErrorCode(body) ?? `http_${status}`
  const facts = { status, retryAfterMs: retryAfterMs(headers, now), lost: false }
  if (status === 429) return failure('throttled', code, facts)
  if (code === 'invalid_client' || status === 401) return failure('credential', code, facts)
  // What the 1001st token gets is undocumented. Our request is checked at the door, so an `invalid_request` is
  // more likely that than a mistake, and a mistake costs one request a minute.
  if (code === 'invalid_request' || /limit|too_many/.test(code)) return failure('limit', code, facts)
  if (status < 500 && configurationCodes.has(code)) return failure('config', code, facts)
  return failure('transient', code, facts)
}

const configurationCodes = new Set([
  'invalid_scope',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
])

/** No answer, or one that could not be read. `isSent`: whether the request had left. */
export function lostAnswer(error: unknown, isSent = true): TokenAnswer {
  if (isTimeout(error)) return failure('transient', 'timeout', { lost: isSent })
  const code = errorCode(error)
  // Errors of the resolver and of the connection's start: the request was not sent.
  const isConnected =
    !/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code ?? '')
  return failure('transient', code ?? 'no_answer', { lost: isSent && isConnected })
}

export function failure(
  kind: FailureKind,
  code: string,
  facts: Partial<TokenFailure> & { lost: boolean },
): TokenFailure {
  return { ok: false, kind, code, ...facts }
}
