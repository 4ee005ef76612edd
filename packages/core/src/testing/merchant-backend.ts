import type { SessionClock } from '../shared/session-clock.ts'
import type { TokenRequest, TokenResponse, TokenSource } from '../token/token-source.ts'

type Answer = string | TokenResponse | Response | Error

/** A server's clock: the time that really passed, if the clock knows it. */
type ServerClock = SessionClock & { elapsed?(): number }

/** The options of {@link createMerchantBackend}. Durations are in milliseconds. */
export interface MerchantBackendOptions {
  /** The lifetime of each token. Default: 900 000 (15 minutes). */
  lifetimeMs?: number
  /** The duration of a token request. Default: 50. */
  latencyMs?: number
  /**
   * How far the server's clock is ahead of real time (negative: behind). If set, tokens are JWTs with `iat` and
   * `exp`, in a response with a `Date` and without `expires_in`. Default: opaque tokens with `expires_in`.
   */
  skewMs?: number
}

/** A merchant's backend and the API behind it, for the tests of a session. */
export interface MerchantBackend {
  /** Returns a new token for each request, after `latencyMs`. */
  readonly tokenSource: TokenSource
  /** Stands in for Forage's API: 200 for a token that was minted here and is still valid, otherwise 401. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The token requests so far, oldest first; `at` is in ms on the clock's `now()`. */
  readonly requests: { at: number; reason: TokenRequest['reason']; checkoutId: string | undefined }[]
  /** Sets the next answer. A function is called for every request after this; undefined restores the default. */
  answer(next: Answer | (() => Answer | Promise<Answer>) | undefined): void
  /** Makes the API reject every token that was minted so far. */
  revoke(): void
}

/**
 * Creates a merchant's backend and the API behind it, under a virtual clock. They use real time: neither a sleep
 * of the device nor a step of its clock changes whether they accept a token.
 *
 * @example
 * ```ts
 * import { createForageSession } from '@forage-session/core'
 * import { createMerchantBackend, createVirtualClock } from '@forage-session/core/testing'
 *
 * const clock = createVirtualClock()
 * const { tokenSource, fetch, revoke } = createMerchantBackend(clock)
 * const session = createForageSession({ tokenSource, fetch, environment: 'sandbox', platform: { clock } })
 * revoke() // the next request gets a 401
 * ```
 */
export function createMerchantBackend(
  clock: ServerClock,
  { lifetimeMs = 900_000, latencyMs = 50, skewMs }: MerchantBackendOptions = {},
): MerchantBackend {
  const elapsed = clock.elapsed ?? clock.monotonic
  const startedAt = clock.now() - elapsed()
  const requests: MerchantBackend['requests'] = []
  const minted = new Map<string, number>()
  let next: Answer | (() => Answer | Promise<Answer>) | undefined
  let count = 0

  const mint = (): TokenResponse | Response => {
    count += 1
    const now = startedAt + elapsed() + (skewMs ?? 0)
    const token = skewMs === undefined ? `sandbox_token-${count}` : jwtOf(count, now, lifetimeMs)
    minted.set(token, elapsed() + lifetimeMs)
    if (skewMs === undefined) return { token, expires_in: lifetimeMs / 1000 }
    return Response.json({ token }, { headers: { Date: new Date(now).toUTCString() } })
  }
  const answerNext = async (): Promise<string | TokenResponse | Response> => {
    const chosen = next
    if (typeof chosen !== 'function') next = undefined
    const answer = typeof chosen === 'function' ? await chosen() : (chosen ?? mint())
    if (answer instanceof Error) throw answer
    return answer
  }
  const isGood = (token: string): boolean => elapsed() < (minted.get(token) ?? -Infinity)

  return {
    requests,
    async tokenSource({ reason, checkoutId, signal }) {
      requests.push({ at: clock.now(), reason, checkoutId })
      await delay(clock, latencyMs, signal)
      return await answerNext()
    },
    async fetch(input, init) {
      const request = input instanceof Request ? input : undefined
      const signal = init?.signal ?? request?.signal
      signal?.throwIfAborted()
      const token = new Headers(init?.headers ?? request?.headers).get('Authorization') ?? ''
      return isGood(token.replace(/^Bearer /, '')) ? Response.json({ ok: true }) : expiredSessionToken()
    },
    answer: (answer) => void (next = answer),
    revoke: () => minted.clear(),
  }
}

/** Creates a token in the shape of Forage's: the environment, `_`, and a JWT (here unsigned). */
function jwtOf(count: number, now: number, lifetimeMs: number): string {
  const iat = Math.floor(now / 1000)
  const parts = [{ alg: 'none' }, { a: count, iat, exp: iat + lifetimeMs / 1000 }]
  const encoded = parts.map((part) => btoa(JSON.stringify(part)).replaceAll('=', ''))
  return `sandbox_${encoded.join('.')}.unsigned`
}

/** docs.joinforage.app/reference/errors */
function expiredSessionToken(): Response {
  const source = { resource: 'Session_Token', ref: '' }
  const errors = [{ code: 'expired_session_token', message: 'This token has expired', source }]
  return Response.json({ path: '/api/payment_methods/', errors }, { status: 401 })
}

function delay(clock: SessionClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clock.clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
