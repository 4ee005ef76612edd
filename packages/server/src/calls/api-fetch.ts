import type { TokenPool } from '../pool/token-pool.ts'
import { ForageServerError } from '../shared/errors.ts'
import { received } from '../shared/received.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { UpstreamLimit } from '../upstream/upstream-limit.ts'
import { sendWithToken } from './upstream-fetch.ts'

export interface ServerFetchOptions {
  apiUrl: string
  pool: TokenPool
  merchantAccount: string | undefined
  fetch: typeof globalThis.fetch
  limit: UpstreamLimit
}

/** A server-side call to the API: the pool's token attached, once more on a 401 about it. */
export async function serverFetch(
  { apiUrl, pool, merchantAccount, fetch, limit }: ServerFetchOptions,
  path: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const url = apiAddress(path, apiUrl)
  const { response } = await sendWithToken(pool, {
    replayable: isReplayable(init.body),
    signal: init.signal ?? undefined,
    send: async ({ token }) => {
      await limit.enter('other', init.signal ?? undefined)
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${token}`)
      if (merchantAccount !== undefined) headers.set('merchant-account', merchantAccount)
      return send(fetch, url, { ...init, headers, redirect: 'error', cache: 'no-store' })
    },
  })
  return response
}

async function send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw new ForageServerError('upstream_unavailable', 'Forage did not answer', {
      remedy: 'Try again; a payment with the same `Idempotency-Key`.',
      retryable: true,
      cause: safeCause(cause),
    })
  }
}

// The token goes to the API and nowhere else.
function apiAddress(path: string | URL, apiUrl: string): string {
  const url = URL.parse(path, apiUrl)
  if (url?.origin === apiUrl) return url.href
  throw new TypeError(`forage.fetch sends to ${apiUrl} only, got ${received(String(path))}`)
}

/** A stream is gone once it was sent; everything else fetch takes can be sent again. */
export function isReplayable(body: RequestInit['body']): boolean {
  if (typeof body !== 'object' || body === null) return true
  return !(body instanceof ReadableStream || Symbol.asyncIterator in body)
}
