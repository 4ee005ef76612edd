import { merchantEndpoint, type TokenSource } from '@forage-session/core'

import { pageClock, type HookClock } from '../shared/page.ts'

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>

/** What is armed, and has not struck yet. */
export interface ArmedFaults {
  /** The API refuses the token of now. */
  readonly expired: boolean
  /** So many requests will be refused with a 401. */
  readonly rejections: number
  /** So many token requests will be answered with a 503. */
  readonly failures: number
  /** The next token request takes this much longer; 0: it does not. */
  readonly slowMs: number
}

/** Causes the states of a session that are hard to come by. For development: nothing of it is in a production build. */
export interface SessionFaults {
  /** The same token source, which can be made slow or made to fail. A string is the merchant's endpoint. */
  readonly tokenSource: (source: string | URL | TokenSource) => TokenSource
  /** The same fetch, in which requests that bear a token can be refused. Default: the platform's. */
  readonly fetch: (fetch?: Fetch) => Fetch
  /** From now on the API refuses the token of now, with `expired_session_token`, until there is another. */
  readonly expireNow: () => void
  /** The next request that bears a token gets a 401, without being sent. */
  readonly rejectNext: () => void
  /** The next token request gets a 503. */
  readonly failNext: () => void
  /** The next token request takes `ms` longer. Default: 3000 (3 seconds). */
  readonly slowNext: (ms?: number) => void
  /** Takes back what has not struck yet. */
  readonly reset: () => void
  /** What is armed. The same object until it changes. */
  readonly getSnapshot: () => ArmedFaults
  /** Calls `listener` after each change of the snapshot. Returns the function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void
}

/** What faults are made with. */
export interface SessionFaultsOptions {
  /** Default: the page's. */
  clock?: Pick<HookClock, 'setTimeout' | 'clearTimeout'>
}

const nothing: ArmedFaults = { expired: false, rejections: 0, failures: 0, slowMs: 0 }

/** In the `init` of a request that is never sent: whose fetch it is answers by calling it. */
export const faultsProbe: unique symbol = Symbol.for('@forage-session/react/devtools/faults')

/** Faults for one session: wrap its `tokenSource` and its `fetch`, and the devtools find them by themselves. */
export function createSessionFaults({ clock = pageClock }: SessionFaultsOptions = {}): SessionFaults {
  const listeners = new Set<() => void>()
  let armed = nothing
  let refused = new Set<string>()
  const seen = new Set<string>()

  const arm = (next: Partial<ArmedFaults>): void => {
    armed = { ...armed, ...next }
    for (const listener of listeners) listener()
  }
  const isRefused = (bearer: string): boolean => {
    // What was never seen before may still be the token of then, as long as the source gave no other.
    if (armed.expired) refused.add(bearer)
    seen.add(bearer)
    if (armed.rejections > 0) {
      arm({ rejections: armed.rejections - 1 })
      return true
    }
    return refused.has(bearer)
  }
  const takeSlowness = (): number => {
    const { slowMs } = armed
    if (slowMs > 0) arm({ slowMs: 0 })
    return slowMs
  }
  const takeFailure = (): boolean => {
    if (armed.failures === 0) return false
    arm({ failures: armed.failures - 1 })
    return true
  }

  const faults: SessionFaults = {
    tokenSource: (source) => {
      const ask = typeof source === 'function' ? source : merchantEndpoint(source)
      return async (request) => {
        const slowMs = takeSlowness()
        if (slowMs > 0) await delay(clock, slowMs, request.signal)
        if (takeFailure()) return new Response(null, { status: 503 })
        const answer = await ask(request)
        if (armed.expired) arm({ expired: false })
        return answer
      }
    },
    fetch:
      (send = (input, init) => globalThis.fetch(input, init)) =>
      async (input, init) => {
        if (answersProbe(init, faults)) throw new DOMException('This was only a question.', 'AbortError')
        const bearer = bearerOf(input, init)
        return bearer !== undefined && isRefused(bearer) ? expiredSessionToken() : await send(input, init)
      },
    expireNow: () => {
      refused = new Set(seen)
      arm({ expired: true })
    },
    rejectNext: () => arm({ rejections: armed.rejections + 1 }),
    failNext: () => arm({ failures: armed.failures + 1 }),
    slowNext: (ms = 3000) => arm({ slowMs: ms }),
    reset: () => {
      refused.clear()
      arm(nothing)
    },
    getSnapshot: () => armed,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return faults
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

/** docs.joinforage.app/reference/errors */
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
