import type { TokenPool } from '../pool/token-pool.ts'
import type { ServerClock } from '../shared/clock.ts'
import { isTimeout, timeoutError, untilAborted } from '../shared/deadline.ts'
import { isForageServerError } from '../shared/errors.ts'
import { receivedUrl } from '../shared/received.ts'
import { withTimedBody } from '../upstream/timed-body.ts'
import { unredirectedFetch } from '../upstream/unredirected-fetch.ts'
import { unavailable } from '../upstream/upstream-error.ts'
import { sendWithToken, type Sending } from './send-with-token.ts'

export interface ApiFetchOptions extends Pick<Sending, 'isAboutToken' | 'lastResort'> {
  /** The origin of the API: the token goes there and nowhere else. */
  apiUrl: string
  pool: TokenPool
  fetch: typeof globalThis.fetch
  clock: ServerClock
  /** How long the call may take with its answer, in ms. */
  timeoutMs: number
  /** Sent with each request. */
  headers?: Readonly<Record<string, string>>
  /** Waits for its turn before each request. Default: no limit. */
  enter?: (signal: AbortSignal) => Promise<void>
}

/** A capture may take 30 s at Forage before it answers. */
export const apiTimeoutMs: number = 35_000

/** Calls the API with the pool's token, and replays the call after a 401 about the token. */
export async function apiFetch(
  options: ApiFetchOptions,
  path: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { pool, isAboutToken, lastResort, clock, timeoutMs } = options
  const url = apiAddress(path, options.apiUrl)
  const endsAt = clock.now() + timeoutMs
  const late = new AbortController()
  const abort = (): void => late.abort(timeoutError(timeoutMs))
  const timer = clock.setTimeout(abort, timeoutMs)
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
  const sending: Sending = {
    replayable: isReplayable(init.body),
    signal,
    send: ({ token }) => send(options, url, { ...init, signal }, token),
    ...(isAboutToken && { isAboutToken }),
    ...(lastResort && { lastResort }),
  }
  try {
    const { response } = await untilAborted(sendWithToken(pool, sending), signal)
    return withTimedBody(response, { clock, endsAt, onLate: abort })
  } catch (error) {
    init.signal?.throwIfAborted()
    throw isTimeout(error) ? tooLate(timeoutMs) : error
  } finally {
    clock.clearTimeout(timer)
  }
}

async function send(
  { fetch, enter, headers: fixed = {} }: ApiFetchOptions,
  url: string,
  init: RequestInit & { signal: AbortSignal },
  token: string,
): Promise<Response> {
  await enter?.(init.signal)
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries({ authorization: `Bearer ${token}`, ...fixed }))
    headers.set(name, value)
  try {
    return await unredirectedFetch(fetch, url, { ...init, headers })
  } catch (cause) {
    init.signal.throwIfAborted()
    if (isForageServerError(cause)) throw cause
    throw unavailable('The API did not answer', { remedy: repeat, cause })
  }
}

function tooLate(timeoutMs: number): Error {
  return unavailable(`The API did not answer within ${timeoutMs} ms`, { remedy: repeat })
}

const repeat = 'Try again. Repeat a request that creates something with the same `Idempotency-Key`.'

function apiAddress(path: string | URL, apiUrl: string): string {
  const url = URL.parse(path, apiUrl)
  if (url?.origin === apiUrl) return url.href
  throw new TypeError(`\`fetch\` sends to ${apiUrl} only, got ${receivedUrl(String(path))}`)
}

// A stream is gone after it was sent. Everything else that `fetch` accepts can be sent again.
function isReplayable(body: RequestInit['body']): boolean {
  if (typeof body !== 'object' || body === null) return true
  return !(body instanceof ReadableStream || Symbol.asyncIterator in body)
}
