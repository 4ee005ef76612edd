import * as v from 'valibot'

import type { TokenPool } from '../pool/token-pool.ts'
import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { ForageServerError, isForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { requestTimeoutMs, sessionTokenLifetimeMs } from '../slot/token-windows.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { isMerchantCode, parseJson, upstreamErrorCode } from '../upstream/upstream-error-code.ts'
import { throttled, unavailable } from '../upstream/upstream-error.ts'
import type { UpstreamLimit } from '../upstream/upstream-limit.ts'
import { sendWithToken } from './send-with-token.ts'

const retryMs = 1000

/** A session token. The browser may have it: it cannot mint others. */
export interface SessionToken {
  /** The token as Forage issued it. */
  token: string
  /** The time when it expires, in ms since the epoch on the server's clock, counted from the request. */
  expiresAt: number
}

export interface MintedToken extends SessionToken {
  /** The fingerprint of the authentication token with which it dies. */
  parent: string
}

export interface MintOptions {
  pool: TokenPool
  url: string
  merchantAccount: string
  signal?: AbortSignal | undefined
  clock: ServerClock
  fetch: typeof globalThis.fetch
  limit: UpstreamLimit
}

/** Mints one session token for one checkout (`POST /api/session_token/`). */
export async function mintSessionToken(options: MintOptions): Promise<MintedToken> {
  const { pool, clock, signal, limit } = options
  let sentAt = clock.now()
  const sent = await sendWithToken(pool, {
    replayable: true,
    signal,
    send: async ({ token }) => {
      await limit.enter('session-token', signal)
      sentAt = clock.now()
      return post(options, token)
    },
  })
  const body = await sent.response.text()
  if (!sent.response.ok) throw refusal(sent.response, body, clock.now())
  // A session token dies with its parent (Forage's guide "Authentication").
  const expiresAt = Math.min(sentAt + sessionTokenLifetimeMs, sent.token.expiresAt)
  return { token: readToken(body, clock.now()), expiresAt, parent: fingerprint(sent.token.token) }
}

async function post(options: MintOptions, token: string): Promise<Response> {
  const { url, merchantAccount, fetch, clock, signal } = options
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-www-form-urlencoded',
    'merchant-account': merchantAccount,
  }
  try {
    return await withDeadline(clock, requestTimeoutMs, signal, (within) =>
      boundedFetch(fetch, url, { method: 'POST', headers, body: '', signal: within }),
    )
  } catch (cause) {
    signal?.throwIfAborted()
    if (isForageServerError(cause)) throw cause
    const retryAt = clock.now() + retryMs
    throw unavailable('Forage gave no usable answer to the request for a session token', { retryAt, cause })
  }
}

const answer = v.object({ token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)) })
// The shape of an authentication token: a prefix and 30 alphanumerics. It must never reach a browser.
const authenticationToken = /^[a-z]+_[A-Za-z0-9]{30}$/

function readToken(body: string, now: number): string {
  const parsed = v.safeParse(answer, parseJson(body))
  if (!parsed.success)
    throw unavailable('Forage answered without a session token', { retryAt: now + retryMs })
  if (!authenticationToken.test(parsed.output.token)) return parsed.output.token
  throw new ForageServerError(
    'not_configured',
    'The session token endpoint answered with an authentication token',
    { remedy: 'Check `sessionTokenPath`: an authentication token must never reach a browser.' },
  )
}

function refusal({ status, headers }: Response, body: string, now: number): ForageServerError {
  const code = upstreamErrorCode(body)
  if (isMerchantCode(code)) return merchantInvalid(status)
  if (status === 429) return throttled(headers, now)
  if (status >= 500 || status < 400)
    return unavailable(`Forage answered ${status}`, { retryAt: now + retryMs, status })
  return new ForageServerError(
    'not_configured',
    `Forage refused to mint a session token: ${code ?? status}`,
    {
      remedy:
        "Check `sessionTokenPath`, and that the pool's `scope` may mint session tokens (`pinpad_only` may).",
      status,
    },
  )
}

function merchantInvalid(status: number): ForageServerError {
  return new ForageServerError('merchant_invalid', 'Forage does not know this merchant account', {
    remedy: 'Check the `merchantAccount` given for this checkout: a Merchant ID like "mid/123ab45c67".',
    status,
  })
}
