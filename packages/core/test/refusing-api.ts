import {
  createForageSession,
  type ForageSession,
  type ForageSessionOptions,
  type SessionEvent,
} from '../src/index.ts'
import { createVirtualClock, type VirtualClock } from '../src/testing/index.ts'

/** A request as the engine would write it on the wire. */
export interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string
  readonly at: number
}

type Answer = Response | Promise<Response> | undefined

export interface RefusingApi {
  readonly clock: VirtualClock
  readonly session: ForageSession
  readonly sent: Sent[]
  readonly events: SessionEvent[]
  readonly types: () => string[]
  readonly tokenRequests: () => number
  /** Returns the token that each request carried. */
  readonly tokens: () => (string | null)[]
}

export const api = 'https://api.sandbox.joinforage.app'

/** The body of docs.joinforage.app/reference/errors, as in the tests of Forage's Android SDK 4.2.2. */
export const expired: { path: string; errors: object[] } = {
  path: '/api/payment_methods/',
  errors: [
    {
      code: 'expired_session_token',
      message: 'This token has expired',
      source: { resource: 'Session_Token', ref: '' },
    },
  ],
}

export const refusal = (): Response => Response.json(expired, { status: 401 })

/** Creates an API that gives the listed answers first; after that it rejects the first token and accepts every other. */
export function createRefusingApi(
  options: Partial<ForageSessionOptions> = {},
  answers: ((sent: Sent) => Answer)[] = [],
): RefusingApi {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const events: SessionEvent[] = []
  let minted = 0
  let requests = 0
  const source = options.tokenSource
  const session = createForageSession({
    environment: 'sandbox',
    share: 'off',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { url, method, headers, signal } = request
      const one = { url, method, headers, body: await request.text(), at: clock.now() }
      sent.push(one)
      signal.throwIfAborted()
      const refusesIt = headers.get('Authorization') === 'Bearer sandbox_token-1'
      return (await answers.shift()?.(one)) ?? (refusesIt ? refusal() : Response.json({ ok: true }))
    },
    ...options,
    platform: { clock, random: () => 0, ...options.platform },
    tokenSource: async (request) => {
      requests += 1
      return typeof source === 'function' ? await source(request) : `sandbox_token-${(minted += 1)}`
    },
  })
  session.on((event) => events.push(event))
  return {
    clock,
    session,
    sent,
    events,
    types: () => events.map(({ type }) => type),
    tokenRequests: () => requests,
    tokens: () => sent.map(({ headers }) => headers.get('Authorization')),
  }
}

/** Returns a function that returns a new numbered token on each call. */
export function createTokenCounter(): () => string {
  let minted = 0
  return () => `sandbox_token-${(minted += 1)}`
}

/** Creates a promise that stays pending until the test opens it. */
export function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

/** Waits on the clock of a test. */
export function wait(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms))
}
