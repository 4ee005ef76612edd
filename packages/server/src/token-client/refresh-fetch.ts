import { isReplayable } from '../calls/server-fetch.ts'
import type { TokenPool } from '../pool/token-pool.ts'
import { ForageServerError } from '../shared/errors.ts'
import { received } from '../shared/received.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { invalidateFamily } from '../slot/slot-refresh.ts'
import type { SlotView } from '../slot/slot-view.ts'

export interface RefreshFetchOptions {
  apiUrl: string
  pool: TokenPool
  slot: SlotView
  fetch: typeof globalThis.fetch
}

/**
 * A call to the API. On a 401, whatever its code, the token is refreshed once and the call sent once more; if what the
 * refresh brought is refused, too, once more with one for the credentials.
 */
export async function refreshFetch(
  options: RefreshFetchOptions,
  path: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { apiUrl, pool } = options
  const url = apiAddress(path, apiUrl)
  const signal = init.signal ?? undefined
  const first = await pool.getToken(signal)
  const response = await send(options, url, init, first)
  if (response.status !== 401) return response
  pool.unauthorized(first)
  if (!isReplayable(init.body)) {
    // The next call finds a newer token; this one is not kept waiting for it.
    pool.replace(first).catch(() => {})
    return response
  }
  discard(response)
  return resend(options, url, init, await pool.replace(first, signal))
}

async function resend(
  options: RefreshFetchOptions,
  url: string,
  init: RequestInit,
  newer: TokenRecord,
  isLast = false,
): Promise<Response> {
  const response = await send(options, url, init, newer)
  if (response.status !== 401) return response
  options.pool.unauthorized(newer)
  discard(response)
  if (isLast || newer.grant !== 'refresh_token') throw await options.pool.refuseAgain(newer)
  return resend(options, url, init, await reauthenticate(options, newer, init.signal ?? undefined), true)
}

/** Another instance may have done it by now. */
async function reauthenticate(
  { pool, slot }: RefreshFetchOptions,
  { id }: TokenRecord,
  signal: AbortSignal | undefined,
): Promise<TokenRecord> {
  // Without the store this process obtains its own token, and that by the credentials.
  await slot.change(invalidateFamily, { id }).catch(() => slot.forget(id))
  return pool.getToken(signal)
}

async function send(
  { fetch }: RefreshFetchOptions,
  url: string,
  init: RequestInit,
  { token }: TokenRecord,
): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${token}`)
  try {
    return await fetch(url, { ...init, headers, redirect: 'error', cache: 'no-store' })
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw new ForageServerError('upstream_unavailable', 'The API did not answer', {
      remedy: 'Try again; what creates something with the same `Idempotency-Key`.',
      retryable: true,
      cause: safeCause(cause),
    })
  }
}

// The token goes to the API and nowhere else.
function apiAddress(path: string | URL, apiUrl: string): string {
  const url = URL.parse(path, apiUrl)
  if (url?.origin === apiUrl) return url.href
  throw new TypeError(`This client sends to ${apiUrl} only, got ${received(String(path))}`)
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
