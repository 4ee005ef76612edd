import type { TokenPool } from '../pool/token-pool.ts'
import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { isForageServerError, type ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { requestTimeoutMs, sessionTokenLifetimeMs } from '../slot/token-windows.ts'
import { boundedFetch } from '../upstream/bounded-fetch.ts'
import { connectionErrorCode, wasReset } from '../upstream/connection-error.ts'
import { retryAfterMs, throttledMs } from '../upstream/retry-after.ts'
import { throttledUntil, unavailable } from '../upstream/upstream-error.ts'
import type { UpstreamHold } from '../upstream/upstream-hold.ts'
import type { UpstreamLimit } from '../upstream/upstream-limit.ts'
import { sendWithToken } from './send-with-token.ts'
import { readSessionToken, sessionTokenRefusal } from './session-token-answer.ts'

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
  hold: UpstreamHold
}

/** Mints one session token for one checkout (`POST /api/session_token/`). */
export async function mintSessionToken(options: MintOptions): Promise<MintedToken> {
  const { pool, clock, signal, hold, merchantAccount } = options
  hold.assertMerchantFree(merchantAccount)
  let sentAt = clock.now()
  const sent = await sendWithToken(pool, {
    replayable: true,
    signal,
    send: ({ token }) => send(options, token, () => (sentAt = clock.now())),
  })
  const { response, token: parent } = sent
  const body = await response.text()
  if (!response.ok) throw refusal(options, response, body)
  const token = readSessionToken(response, body, parent.token, clock.now())
  // A session token dies with its parent (Forage's guide "Authentication").
  const expiresAt = Math.min(sentAt + sessionTokenLifetimeMs, parent.expiresAt)
  return { token, expiresAt, parent: fingerprint(parent.token) }
}

/** Sends the request, and one more time if the connection was closed: a second session token costs nothing. */
async function send(
  options: MintOptions,
  token: string,
  isSending: () => void,
  isRepeated = false,
): Promise<Response> {
  const { limit, signal, clock } = options
  await limit.enter('session-token', signal)
  isSending()
  try {
    return await post(options, token)
  } catch (cause) {
    signal?.throwIfAborted()
    if (!isRepeated && wasReset(cause)) return send(options, token, isSending, true)
    if (isForageServerError(cause)) throw cause
    const retryAt = clock.now() + retryMs
    const code = connectionErrorCode(cause)
    const shown = code === undefined ? '' : ` (${code})`
    throw unavailable(`Forage gave no usable answer to the request for a session token${shown}`, {
      retryAt,
      cause,
    })
  }
}

async function post(options: MintOptions, token: string): Promise<Response> {
  const { url, merchantAccount, fetch, clock, signal } = options
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    'content-type': 'application/x-www-form-urlencoded',
    'merchant-account': merchantAccount,
  }
  return withDeadline(clock, requestTimeoutMs, signal, (within) =>
    boundedFetch(fetch, url, { method: 'POST', headers, body: '', signal: within }),
  )
}

/** Holds back the next requests for as long as Forage asks, and returns the error. */
function refusal(
  { clock, hold, merchantAccount }: MintOptions,
  response: Response,
  body: string,
): ForageServerError {
  const { status, headers } = response
  const now = clock.now()
  const askedMs = retryAfterMs(status, headers, now)
  if (status === 429) {
    hold.holdAll(askedMs)
    return throttledUntil(now + (askedMs ?? throttledMs))
  }
  if (askedMs === undefined) return sessionTokenRefusal(response, body, now)
  hold.holdMerchant(merchantAccount, askedMs)
  return unavailable(`Forage answered ${status}`, { retryAt: now + askedMs, status })
}
