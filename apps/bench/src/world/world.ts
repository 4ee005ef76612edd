import { createVirtualClock, type VirtualClock } from '@forage-session/core/testing'

import { jsonWebToken } from './json-web-token.ts'
import { seededRandom } from './seeded-random.ts'

export type Backend = 'up' | 'down' | 'hanging'

export interface WorldOptions {
  /** Of a token, in ms. Default: 900 000 (15 minutes). */
  readonly lifetimeMs?: number
  /** Of the merchant's backend, in ms. Default: 50. */
  readonly latencyMs?: number
  /** How far the device's wall clock is ahead of the server's, in ms. Default: 0. */
  readonly aheadMs?: number
  /** The server's clock at the beginning, in ms since the epoch. Default: the virtual clock's own. */
  readonly serverStartMs?: number
  /** `exp`: the token says when it ends and nothing else, not even when it began. Default: `all`. */
  readonly claims?: 'all' | 'exp'
  /** The merchant's backend, to begin with. Default: `up`. */
  readonly backend?: Backend
  /** A token is to be kept fresh also while nobody asks for it. Default: false. */
  readonly background?: boolean
  /** Of the random numbers. Default: 1. */
  readonly seed?: number
}

/** What the merchant's backend answers; a peer takes of it what it is documented to take. */
export interface Minted {
  readonly token: string
  /** In ms. */
  readonly lifetimeMs: number
}

/** One device, the merchant's backend and the API, under one virtual clock. */
export interface World {
  readonly clock: VirtualClock
  readonly random: () => number
  readonly options: Required<WorldOptions>
  /** How many token requests the backend got, and requests the API got. */
  readonly counts: { token: number; api: number }
  /** One token request. Rejects while the backend is down, and never settles while it hangs. */
  mint(): Promise<Minted>
  /** A token that nobody asked for: for whoever must begin with one. */
  issue(): Minted
  /** The token requests from now on. */
  backend(next: Backend): void
  /** Each token minted from now on ends all the older ones. */
  rotate(): void
  /** Nothing that was minted until now is good any more; `forever`: nor what comes. */
  revoke(forever?: 'forever'): void
  /** Whether the API takes this token now. */
  isGood(token: string): boolean
  /** The API, as far as a 401 goes, and the merchant's backend at {@link tokenUrl}. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
}

/** A path that ends in digits takes that many ms; {@link echoUrl} answers with the token, good or not. */
export const apiUrl = 'https://api.bench.example'
export const echoUrl = `${apiUrl}/echo`
export const merchantUrl = 'https://merchant.bench.example'
/** An OAuth token endpoint, in the shape of RFC 6749 §5.1. */
export const tokenUrl = `${merchantUrl}/token`
export function createWorld(given: WorldOptions = {}): World {
  const options: Required<WorldOptions> = {
    lifetimeMs: 900_000,
    latencyMs: 50,
    aheadMs: 0,
    serverStartMs: Date.UTC(2026, 0, 1),
    claims: 'all',
    backend: 'up',
    background: false,
    seed: 1,
    ...given,
  }
  const clock = createVirtualClock()
  clock.stepWall(options.aheadMs)
  const counts = { token: 0, api: 0 }
  const endsAt = new Map<string, number>()
  let { backend } = options
  let rotates = false
  let isHopeless = false
  let serial = 0

  const pass = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))

  function issue(): Minted {
    const { lifetimeMs, serverStartMs, claims } = options
    serial += 1
    const now = clock.elapsed()
    const token = jsonWebToken(claimsOf(serial, (serverStartMs + now) / 1000, lifetimeMs / 1000, claims))
    if (rotates) endsAt.clear()
    endsAt.set(token, now + lifetimeMs)
    return { token, lifetimeMs }
  }

  const isGood = (token: string): boolean => !isHopeless && clock.elapsed() < (endsAt.get(token) ?? -Infinity)

  async function mint(): Promise<Minted> {
    counts.token += 1
    if (backend === 'hanging') return await new Promise<never>(() => {})
    await pass(options.latencyMs)
    if (backend === 'down') throw new Error('503 Service Unavailable')
    return issue()
  }

  async function tokenEndpoint(): Promise<Response> {
    try {
      return Response.json(oauthAnswer(await mint()))
    } catch {
      return Response.json({ error: 'temporarily_unavailable' }, { status: 503 })
    }
  }

  async function api({ url, headers }: Request): Promise<Response> {
    const token = bearerOf(headers)
    if (url.startsWith(echoUrl)) return Response.json([{ token }])
    counts.api += 1
    await pass(Number(/\d+$/.exec(new URL(url).pathname)?.[0] ?? options.latencyMs))
    return isGood(token) ? Response.json({}) : expiredToken()
  }

  return {
    clock,
    mint,
    random: seededRandom(options.seed),
    options,
    counts,
    issue,
    isGood,
    backend: (next) => void (backend = next),
    rotate: () => void (rotates = true),
    revoke(forever) {
      isHopeless = forever !== undefined
      endsAt.clear()
    },
    async fetch(input, init) {
      const request = new Request(input, init)
      const answer = request.url.startsWith(tokenUrl) ? tokenEndpoint() : api(request)
      return await Promise.race([answer, aborted(request.signal)])
    },
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** The claims of every peer's tokens at once: all but `exp` and the times are ignored by the others. */
function claimsOf(serial: number, now: number, lifetime: number, claims: 'all' | 'exp'): object {
  const exp = Math.floor(now + lifetime)
  const names = {
    jti: String(serial),
    sub: 'customer',
    user_id: 'customer',
    k: 'id',
    pid: 'p',
    uid: 'customer',
  }
  return claims === 'exp' ? { ...names, exp } : { ...names, iat: Math.floor(now), nbf: Math.floor(now), exp }
}

function oauthAnswer({ token, lifetimeMs }: Minted): object {
  const common = { access_token: token, token_type: 'bearer', expires_in: lifetimeMs / 1000 }
  return { ...common, refresh_token: 'refresh', user: { id: 'customer' } }
}

/** Ours carries its environment in front; Ably sends its bearer in base 64. */
function bearerOf(headers: Headers): string {
  const bearer = headers.get('Authorization')?.replace(/^(Bearer )?(sandbox_)?/, '') ?? ''
  return bearer.includes('.') ? bearer : Buffer.from(bearer, 'base64').toString()
}

/** The codes by which Ably (40142) and Stream (40) know an expired token are in it, too. */
function expiredToken(): Response {
  const errors = [{ code: 'expired_session_token', message: 'This token has expired' }]
  const ably = { error: { code: 40142, statusCode: 401, message: 'Token expired' } }
  return Response.json(
    { ...ably, code: 40, path: '/', errors },
    { status: 401, headers: { 'x-ably-errorcode': '40142' } },
  )
}
