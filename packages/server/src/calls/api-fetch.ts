import type { TokenPool } from '../pool/token-pool.ts'
import { received } from '../shared/received.ts'
import { unavailable } from '../upstream/upstream-error.ts'
import { sendWithToken, type Sending } from './send-with-token.ts'

export interface ApiFetchOptions extends Pick<Sending, 'isAboutToken' | 'lastResort'> {
  /** The origin of the API: the token goes there and nowhere else. */
  apiUrl: string
  pool: TokenPool
  fetch: typeof globalThis.fetch
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>
  /** Waits for its turn before each request. Default: no limit. */
  enter?: (signal: AbortSignal | undefined) => Promise<void>
}

/** Calls the API with the pool's token, and replays the call after a 401 about the token. */
export async function apiFetch(
  options: ApiFetchOptions,
  path: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { pool, isAboutToken, lastResort } = options
  const url = apiAddress(path, options.apiUrl)
  const { response } = await sendWithToken(pool, {
    replayable: isReplayable(init.body),
    signal: init.signal ?? undefined,
    send: ({ token }) => send(options, url, init, token),
    ...(isAboutToken && { isAboutToken }),
    ...(lastResort && { lastResort }),
  })
  return response
}

async function send(
  { fetch, enter, headers: fixed = {} }: ApiFetchOptions,
  url: string,
  init: RequestInit,
  token: string,
): Promise<Response> {
  await enter?.(init.signal ?? undefined)
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries({ authorization: `Bearer ${token}`, ...fixed }))
    headers.set(name, value)
  try {
    return await fetch(url, { ...init, headers, redirect: 'error', cache: 'no-store' })
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw unavailable('The API did not answer', {
      remedy: 'Try again. Repeat a request that creates something with the same `Idempotency-Key`.',
      cause,
    })
  }
}

function apiAddress(path: string | URL, apiUrl: string): string {
  const url = URL.parse(path, apiUrl)
  if (url?.origin === apiUrl) return url.href
  throw new TypeError(`\`fetch\` sends to ${apiUrl} only, got ${received(String(path))}`)
}

// A stream is gone after it was sent. Everything else that `fetch` accepts can be sent again.
function isReplayable(body: RequestInit['body']): boolean {
  if (typeof body !== 'object' || body === null) return true
  return !(body instanceof ReadableStream || Symbol.asyncIterator in body)
}
