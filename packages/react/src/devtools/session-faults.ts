import { merchantEndpoint, type TokenSource } from '@forage-session/core'

import { pageClock, type HookClock } from '../shared/page.ts'

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

/** The faults that wait for their request. */
export interface ArmedFaults {
  /** Whether the API refuses the current token. */
  readonly expired: boolean
  /** The number of requests that will get a 401. */
  readonly rejections: number
  /** The number of token requests that will get a 503. */
  readonly failures: number
  /** The extra time of the next token request, in ms; 0 without this fault. */
  readonly slowMs: number
}

/** Simulates failures of a session that are rare in reality. For development: production builds contain none of it. */
export interface SessionFaults {
  /** Wraps a token source, so that it can be slow or fail. A string is the URL of the merchant endpoint. */
  readonly tokenSource: (source: string | URL | TokenSource) => TokenSource
  /** Wraps a `fetch`, so that requests with a token can be refused. Default: the platform's. */
  readonly fetch: (fetch?: Fetch) => Fetch
  /** Makes the API refuse the current token with `expired_session_token`, until the source returns another one. */
  readonly expireNow: () => void
  /** Answers the next request with a token with a 401, without sending it. */
  readonly rejectNext: () => void
  /** Answers the next token request with a 503. */
  readonly failNext: () => void
  /** Delays the next token request by `ms`. Default: 3000 (3 seconds). */
  readonly slowNext: (ms?: number) => void
  /** Cancels all pending faults. */
  readonly reset: () => void
  /** Returns the pending faults: the same object until they change. */
  readonly getSnapshot: () => ArmedFaults
  /** Calls `listener` after each change of the snapshot. Returns the function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
}

/** The options of `createSessionFaults`. */
export interface SessionFaultsOptions {
  /** The clock of the delays. Default: the page's. */
  clock?: Pick<HookClock, 'setTimeout' | 'clearTimeout'>
}

const noFaults: ArmedFaults = { expired: false, rejections: 0, failures: 0, slowMs: 0 }

/** In the `init` of a request that is never sent: the faults that wrap the `fetch` call this function. */
export const faultsProbe: unique symbol = Symbol.for('@forage-session/react/devtools/faults')

/**
 * Creates faults for one session. Wrap its `tokenSource` and its `fetch` with them; the devtools then find the faults
 * automatically.
 *
 * @example
 * ```ts
 * import { createForageSession } from '@forage-session/core'
 * import { createSessionFaults } from '@forage-session/react/devtools/production'
 *
 * const faults = createSessionFaults()
 *
 * export const session = createForageSession({
 *   environment: 'sandbox',
 *   tokenSource: faults.tokenSource('/api/forage/session-token'),
 *   fetch: faults.fetch(),
 * })
 *
 * faults.expireNow()
 * ```
 */
export function createSessionFaults({ clock = pageClock }: SessionFaultsOptions = {}): SessionFaults {
  const armed = createArmedFaults()
  const tokens = createRefusedTokens(armed)
  const faults: SessionFaults = {
    tokenSource: (source) => faultySource(source, armed, clock),
    fetch:
      (send = (input, init) => globalThis.fetch(input, init)) =>
      async (input, init) => {
        if (answersProbe(init, faults)) throw new DOMException('The probe is not sent.', 'AbortError')
        const bearer = bearerOf(input, init)
        const isRefused = bearer !== undefined && tokens.isRefused(bearer)
        return isRefused ? expiredSessionToken() : await send(input, init)
      },
    expireNow: () => {
      tokens.refuseSeen()
      armed.set({ expired: true })
    },
    rejectNext: () => armed.set({ rejections: armed.get().rejections + 1 }),
    failNext: () => armed.set({ failures: armed.get().failures + 1 }),
    slowNext: (ms = 3000) => armed.set({ slowMs: ms }),
    reset: () => {
      tokens.reset()
      armed.set(noFaults)
    },
    getSnapshot: armed.get,
    subscribe: armed.subscribe,
  }
  return faults
}

interface ArmedStore {
  get(): ArmedFaults
  set(change: Partial<ArmedFaults>): void
  subscribe(listener: () => void): () => void
}

function createArmedFaults(): ArmedStore {
  const listeners = new Set<() => void>()
  let armed = noFaults
  return {
    get: () => armed,
    set(change) {
      armed = { ...armed, ...change }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

interface RefusedTokens {
  isRefused(bearer: string): boolean
  /** Refuses each token that a request has had so far. */
  refuseSeen(): void
  reset(): void
}

function createRefusedTokens(armed: ArmedStore): RefusedTokens {
  const seen = new Set<string>()
  let refused = new Set<string>()
  return {
    isRefused(bearer) {
      const { expired, rejections } = armed.get()
      // Until the source returns another token, a new one may be the current token before its first request.
      if (expired) refused.add(bearer)
      seen.add(bearer)
      if (rejections > 0) armed.set({ rejections: rejections - 1 })
      return rejections > 0 || refused.has(bearer)
    },
    refuseSeen: () => void (refused = new Set(seen)),
    reset: () => refused.clear(),
  }
}

function faultySource(
  source: string | URL | TokenSource,
  armed: ArmedStore,
  clock: Required<SessionFaultsOptions>['clock'],
): TokenSource {
  const getToken = typeof source === 'function' ? source : merchantEndpoint(source)
  return async (request) => {
    const { slowMs } = armed.get()
    if (slowMs > 0) {
      armed.set({ slowMs: 0 })
      await delay(clock, slowMs, request.signal)
    }
    const { failures } = armed.get()
    if (failures > 0) {
      armed.set({ failures: failures - 1 })
      return new Response(null, { status: 503 })
    }
    const answer = await getToken(request)
    if (armed.get().expired) armed.set({ expired: false })
    return answer
  }
}

function answersProbe(init: RequestInit | undefined, faults: SessionFaults): boolean {
  const found = (init as { [faultsProbe]?: (faults: SessionFaults) => void } | undefined)?.[faultsProbe]
  found?.(faults)
  return found !== undefined
}

function bearerOf(input: RequestInfo | URL, init: RequestInit | undefined): string | undefined {
  const headers = init?.headers ?? (input instanceof Request ? input.headers : undefined)
  const authorization = new Headers(headers).get('Authorization')
  return authorization?.startsWith('Bearer ') ? authorization : undefined
}

/** The API's answer, as in docs.joinforage.app/reference/errors. */
function expiredSessionToken(): Response {
  const source = { resource: 'Session_Token', ref: '' }
  const errors = [{ code: 'expired_session_token', message: 'This token has expired', source }]
  return Response.json({ path: '', errors }, { status: 401 })
}

function delay(
  clock: Required<SessionFaultsOptions>['clock'],
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clock.clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
