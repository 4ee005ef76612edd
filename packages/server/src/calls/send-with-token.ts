import type { TokenPool } from '../pool/token-pool.ts'
import { readBounded } from '../shared/bounded-body.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { isMerchantCode, upstreamErrorCode } from '../upstream/upstream-error-code.ts'

const maxPeekBytes = 64 * 1024

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
}

/**
 * Sends with the pool's token. If the API refuses the token with a 401, it sends again with a newer one. A second 401
 * rejects with `upstream_unavailable`, unless there is a last resort. If the body cannot be sent twice, the caller gets
 * the first 401.
 */
export async function sendWithToken(pool: TokenPool, sending: Sending): Promise<Sent> {
  const { replayable, signal, lastResort = async () => undefined } = sending
  let sent = await sendOnce(sending, await pool.getToken(signal))
  if (!(await isTokenRefused(pool, sending, sent.response, sent.token))) return sent
  if (!replayable) {
    pool.replaceLater(sent.token)
    return sent
  }
  const replacements = [(refused: TokenRecord) => pool.replace(refused, signal), lastResort]
  for (const replace of replacements) {
    discard(sent.response)
    const token = await replace(sent.token)
    if (!token) break
    sent = await sendOnce(sending, token)
    if (!(await isTokenRefused(pool, sending, sent.response, sent.token))) return sent
  }
  discard(sent.response)
  throw await pool.refuseAgain(sent.token)
}

async function sendOnce({ send }: Sending, token: TokenRecord): Promise<Sent> {
  return { response: await send(token), token }
}

async function isTokenRefused(
  pool: TokenPool,
  { isAboutToken = isAboutForageToken }: Sending,
  response: Response,
  token: TokenRecord,
): Promise<boolean> {
  if (response.status !== 401 || !(await isAboutToken(response))) return false
  pool.unauthorized(token)
  return true
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
