import { createVirtualClock, type VirtualClock } from '@forage-session/core/testing'

import { jsonWebToken } from './json-web-token.ts'
import { seededRandom } from './seeded-random.ts'

export type Backend = 'up' | 'down' | 'hanging'

export interface WorldOptions {
  /** The lifetime of a token, in ms. Default: 900 000 (15 minutes). */
  readonly lifetimeMs?: number
  /** The latency of the merchant's backend, in ms. Default: 50. */
  readonly latencyMs?: number
  /** How far the device's wall clock is ahead of the server's, in ms. Default: 0. */
  readonly aheadMs?: number
  /** The server's time at the start, in ms since the epoch. Default: the start of the virtual clock. */
  readonly serverStartMs?: number
  /** With `exp`, the token states only when it expires, and not when it was issued. Default: `all`. */
  readonly claims?: 'all' | 'exp'
  /** The state of the merchant's backend at the start. Default: `up`. */
  readonly backend?: Backend
  /** Whether the manager keeps a token fresh while no caller uses it. Default: false. */
  readonly background?: boolean
  /** The seed of the random numbers. Default: 1. */
  readonly seed?: number
}

/** The answer of the merchant's backend. A peer reads the parts that its documentation names. */
export interface Minted {
  readonly token: string
  readonly lifetimeMs: number
}

/** One device, the merchant's backend and the API, under one virtual clock. */
export interface World {
  readonly clock: VirtualClock
  readonly random: () => number
  readonly options: Required<WorldOptions>
  /** The number of token requests to the backend, and of requests to the API. */
  readonly counts: { token: number; api: number }
  /** Sends one token request. It rejects while the backend is down, and never settles while the backend hangs. */
  mint(): Promise<Minted>
  /** Returns a token without a token request, for peers that must start with one. */
  issue(): Minted
  /** Sets how the backend handles token requests after this. */
  backend(next: Backend): void
  /** After this, each newly minted token invalidates all older ones. */
  rotate(): void
  /** Invalidates all tokens minted so far. With `forever`, also every later token. */
  revoke(forever?: 'forever'): void
  /** Whether the API accepts this token now. */
  isGood(token: string): boolean
  /** Acts as the API, which answers 200 or 401, and as the merchant's backend at {@link tokenUrl}. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
}

/** The API. A request to a path that ends in digits takes that many ms. */
export const apiUrl = 'https://api.bench.example'
/** Answers with the token of the request, whether it is valid or not. */
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
  const tokens = createTokens(clock, options)
  const counts = { token: 0, api: 0 }
  let { backend } = options

  const pass = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))

  async function mint(): Promise<Minted> {
    counts.token += 1
    if (backend === 'hanging') return await new Promise<never>(() => {})
    await pass(options.latencyMs)
    if (backend === 'down') throw new Error('503 Service Unavailable')
    return tokens.issue()
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
    return tokens.isGood(token) ? Response.json({}) : expiredToken()
  }

  return {
    ...tokens,
    clock,
    mint,
    random: seededRandom(options.seed),
    options,
    counts,
    backend: (next) => void (backend = next),
    async fetch(input, init) {
      const request = new Request(input, init)
      const answer = request.url.startsWith(tokenUrl) ? tokenEndpoint() : api(request)
      return await Promise.race([answer, aborted(request.signal)])
    },
  }
}

/** Creates the record of issued tokens, by which the API decides which tokens it accepts. */
function createTokens(
  clock: VirtualClock,
  { lifetimeMs, serverStartMs, claims }: Required<WorldOptions>,
): Pick<World, 'issue' | 'isGood' | 'rotate' | 'revoke'> {
  const endsAt = new Map<string, number>()
  let rotates = false
  let isRevokedForever = false
  let serial = 0
  return {
    issue() {
      serial += 1
      const now = clock.elapsed()
      const token = jsonWebToken(claimsOf(serial, (serverStartMs + now) / 1000, lifetimeMs / 1000, claims))
      if (rotates) endsAt.clear()
      endsAt.set(token, now + lifetimeMs)
      return { token, lifetimeMs }
    },
    isGood: (token) => !isRevokedForever && clock.elapsed() < (endsAt.get(token) ?? -Infinity),
    rotate: () => void (rotates = true),
    revoke(forever) {
      isRevokedForever = forever !== undefined
      endsAt.clear()
    },
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** Returns the claims that all peers need together. Each peer ignores the claims of the others. */
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

/** Returns the token. Ours has an environment prefix, and Ably encodes the bearer in base64. */
function bearerOf(headers: Headers): string {
  const bearer = headers.get('Authorization')?.replace(/^(Bearer )?(sandbox_)?/, '') ?? ''
  return bearer.includes('.') ? bearer : Buffer.from(bearer, 'base64').toString()
}

/** Returns a 401. It also has the codes by which Ably (40142) and Stream (40) recognize an expired token. */
function expiredToken(): Response {
  const errors = [{ code: 'expired_session_token', message: 'This token has expired' }]
  const ably = { error: { code: 40142, statusCode: 401, message: 'Token expired' } }
  return Response.json(
    { ...ably, code: 40, path: '/', errors },
    { status: 401, headers: { 'x-ably-errorcode': '40142' } },
  )
}
