import type { TokenPool } from '../pool/token-pool.ts'
import { readBounded } from '../shared/bounded-body.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { isMerchantCode, upstreamErrorCode } from '../upstream/upstream-error-code.ts'

const maxPeekBytes = 64 * 1024
// A new token may take a moment to reach every server of the API.
const youngPausesMs = [1000, 2000]

export interface Sending {
  send: (token: TokenRecord) => Promise<Response>
  /** Whether `send` can be called again: a stream is gone after the first time. */
  replayable: boolean
  signal?: AbortSignal | undefined
  /** Whether a 401 is about the token. Default: yes, unless Forage refused the merchant account. */
  isAboutToken?: (unauthorized: Response) => Promise<boolean>
  /** Fetches another token after the API also refuses the replacement. Default: no other token. */
  lastResort?: (refused: TokenRecord) => Promise<TokenRecord | undefined>
}

export interface Sent {
  response: Response
  token: TokenRecord
  /** Whether the answer is a 401 about the token. */
  isRefused: boolean
}

/**
 * Sends with the pool's token. If the API refuses the token with a 401, it sends again with a newer one. A second 401
 * rejects with `upstream_unavailable`, unless there is a last resort. The caller gets its 401 if the API accepts the token
 * for other calls, or if the body cannot be sent twice.
 */
export async function sendWithToken(pool: TokenPool, sending: Sending): Promise<Sent> {
  const sent = await sendOnce(pool, sending, await pool.getToken(sending.signal))
  if (!sent.isRefused) return sent
  if (sending.replayable) return sendAgain(pool, sending, sent)
  pool.replaceLater(sent.token)
  return sent
}

async function sendOnce(pool: TokenPool, sending: Sending, token: TokenRecord): Promise<Sent> {
  const { send, isAboutToken = isAboutForageToken } = sending
  const response = await send(token)
  const isRefused = response.status === 401 && (await isAboutToken(response))
  if (isRefused) pool.unauthorized(token)
  return { response, token, isRefused }
}

/** Follows the rules for a 401. `mayHop`: this is the first token of the call that another one replaced meanwhile. */
async function sendAgain(pool: TokenPool, sending: Sending, refused: Sent, mayHop = true): Promise<Sent> {
  const consequence = await pool.afterRefusal(refused.token)
  if (consequence === 'accepted') return refused
  if (consequence === 'young') return sendYoung(pool, sending, refused, mayHop)
  discard(refused.response)
  const sent = await sendOnce(pool, sending, await pool.getToken(sending.signal))
  if (!sent.isRefused) return sent
  if (consequence === 'newer' && mayHop) return sendAgain(pool, sending, sent, false)
  return sendLast(pool, sending, sent)
}

/** Tries a young token again before anyone has to wait until it is no longer young. */
async function sendYoung(pool: TokenPool, sending: Sending, refused: Sent, mayHop: boolean): Promise<Sent> {
  const sent = await sendWhileYoung(pool, sending, refused)
  if (!sent.isRefused) return sent
  if (!pool.isYoung(sent.token)) return sendAgain(pool, sending, sent, mayHop)
  return giveUp(sent, await pool.refuseYoung(sent.token))
}

/** Tries the replacement, which is young, and then the last resort. */
async function sendLast(pool: TokenPool, sending: Sending, refused: Sent): Promise<Sent> {
  let sent = await sendWhileYoung(pool, sending, refused)
  if (!sent.isRefused) return sent
  const token = await sending.lastResort?.(sent.token)
  if (token) {
    discard(sent.response)
    sent = await sendOnce(pool, sending, token)
  }
  return sent.isRefused ? giveUp(sent, await pool.refuseAgain(sent.token)) : sent
}

async function sendWhileYoung(pool: TokenPool, sending: Sending, refused: Sent): Promise<Sent> {
  let sent = refused
  for (const ms of youngPausesMs) {
    if (!sent.isRefused || !pool.isYoung(sent.token)) return sent
    discard(sent.response)
    await pool.pause(ms, sending.signal)
    sent = await sendOnce(pool, sending, sent.token)
  }
  return sent
}

/** Without an error, only this call was refused: the caller gets its 401. */
function giveUp(sent: Sent, error: Error | undefined): Sent {
  if (!error) return sent
  discard(sent.response)
  throw error
}

async function isAboutForageToken(unauthorized: Response): Promise<boolean> {
  if (!unauthorized.headers.get('content-type')?.includes('json')) return true
  const body = await readBounded(unauthorized.clone(), maxPeekBytes).catch(() => '')
  return !isMerchantCode(upstreamErrorCode(body))
}

// Frees the connection.
function discard({ body }: Response): void {
  body?.cancel().catch(() => {})
}
