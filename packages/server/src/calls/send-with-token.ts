import type { TokenPool } from '../pool/token-pool.ts'
import { readBounded } from '../shared/bounded-body.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { upstreamErrorCode } from '../upstream/upstream-error-code.ts'

const maxPeekBytes = 64 * 1024
// 401s that are not about the token (Forage's errors page; the Android SDK's fixtures).
const merchantCodes = new Set(['missing_merchant_account', 'invalid_merchant_account'])

export interface Sending {
  send: (token: TokenRecord) => Promise<Response>
  /** Whether `send` can be called twice. */
  replayable: boolean
  signal?: AbortSignal | undefined
}

export interface Sent {
  response: Response
  token: TokenRecord
}

/**
 * Sends with the pool's token, and once more with a newer one on a 401 about it. A second 401 rejects with
 * `upstream_unavailable`. A body that cannot be sent twice gets its 401 back.
 */
export async function sendWithToken(pool: TokenPool, { send, replayable, signal }: Sending): Promise<Sent> {
  const first = await attempt(pool, send, signal)
  if (!(await isTokenRejected(pool, first))) return first
  if (!replayable) return refuseBehind(pool, first)
  first.response.body?.cancel().catch(() => {})
  const newer = await pool.replace(first.token, signal)
  const second = { response: await send(newer), token: newer }
  if (!(await isTokenRejected(pool, second))) return second
  second.response.body?.cancel().catch(() => {})
  throw await pool.refuseAgain(newer)
}

export function isMerchantCode(code: string | undefined): boolean {
  return code !== undefined && merchantCodes.has(code)
}

async function attempt(
  pool: TokenPool,
  send: Sending['send'],
  signal: AbortSignal | undefined,
): Promise<Sent> {
  const token = await pool.getToken(signal)
  return { response: await send(token), token }
}

// The next call finds a newer token; this one is not kept waiting for it.
function refuseBehind(pool: TokenPool, sent: Sent): Sent {
  pool.replace(sent.token).catch(() => {})
  return sent
}

async function isTokenRejected(pool: TokenPool, { response, token }: Sent): Promise<boolean> {
  if (response.status !== 401 || isMerchantCode(await peekCode(response))) return false
  pool.unauthorized(token)
  return true
}

async function peekCode(response: Response): Promise<string | undefined> {
  if (!response.headers.get('content-type')?.includes('json')) return undefined
  const body = await readBounded(response.clone(), maxPeekBytes).catch(() => '')
  return upstreamErrorCode(body)
}
