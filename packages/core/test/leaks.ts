import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest'

import {
  createForageSession,
  type ForageSession,
  type ForageSessionErrorCode,
  type ForageSessionOptions,
  type SessionEvent,
  type SessionState,
  type TokenResponse,
} from '../src/index.ts'
import { createVirtualClock, expectNoTokenLeak, type VirtualClock } from '../src/testing/index.ts'

type Answer = string | TokenResponse | Response

const encode = (part: object): string => btoa(JSON.stringify(part)).replaceAll('=', '')
let count = 0

/** Mints tokens of the real shape, each with a different secret. */
function mint(environment = 'sandbox'): string {
  count += 1
  return `${environment}_${encode({ alg: 'HS256' })}.${encode({ a: count, secret: `canary-${count}-${count * 7919}` })}.c2lnbmVk${count}`
}

const current = mint()
const secret = mint()
const prodToken = mint('prod')
const authentication = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
const malformed = `${secret}\r\nX-Evil: 1`
const tokens = [current, secret, prodToken, authentication]

interface World {
  readonly clock: VirtualClock
  readonly session: ForageSession
  /** Sets the answer of the token source. */
  answer(next: () => Answer | Promise<Answer>): void
  /** Requests a token and returns `getToken`'s token or error, after the time that it takes. */
  requestToken(options?: Parameters<ForageSession['getToken']>[0]): Promise<unknown>
  /** Everything that a page, an operator or a log can see. */
  readonly seen: Record<string, unknown>
}

function createWorld(options: Partial<ForageSessionOptions> = {}): World {
  const clock = createVirtualClock()
  let next: () => Answer | Promise<Answer> = () => ({ token: current, expires_in: 900 })
  const events: SessionEvent[] = []
  const snapshots: SessionState[] = []
  const errors: unknown[] = []
  const session = createForageSession({
    tokenSource: async () => await next(),
    environment: 'sandbox',
    checkoutId: 'cart-1',
    share: 'off',
    fetch: async () => Response.json({ error: `No longer valid: ${current}` }, { status: 401 }),
    ...options,
    platform: { clock, random: () => 0, ...options.platform },
  })
  session.on((event) => events.push(event))
  session.subscribe(() => snapshots.push(session.getSnapshot()))
  return {
    clock,
    session,
    seen: { events, snapshots, errors, session },
    answer: (answer) => void (next = answer),
    async requestToken(wanted) {
      const outcome = session.getToken(wanted).catch((error: unknown) => {
        errors.push(error)
        return error
      })
      await clock.advance(10_001)
      return await outcome
    },
  }
}

/** Fails because the token source gives this answer. */
const answered = (answer: () => Answer | Promise<Answer>) => async (world: World) => {
  world.answer(answer)
  return await world.requestToken()
}

/** Causes each error in the way that brings a token closest to it. */
const failures: Record<ForageSessionErrorCode, (world: World) => Promise<unknown>> = {
  endpoint_unreachable: answered(async () => {
    const cause = Object.assign(new Error(`Refused ${secret}`), { config: { data: { token: secret } } })
    throw Object.assign(new Error('Refused', { cause }), { response: { body: secret } })
  }),
  endpoint_timeout: answered(async () => await new Promise<never>(() => {})),
  endpoint_rejected: answered(() => Response.json({ code: secret, token: secret }, { status: 401 })),
  endpoint_not_found: answered(() => Response.json({ token: secret }, { status: 404, statusText: secret })),
  endpoint_rate_limited: answered(
    () => new Response(secret, { status: 429, headers: { 'Retry-After': secret } }),
  ),
  endpoint_failed: answered(() => Response.json({ code: secret, detail: secret }, { status: 500 })),
  endpoint_redirected: answered(() => {
    return new Response(null, { status: 302, headers: { Location: `/login?next=${secret}` } })
  }),
  endpoint_not_json: answered(
    () => new Response(`{"token":"${secret}`, { headers: { 'Content-Type': 'application/json' } }),
  ),
  token_missing: answered(() => ({ tokne: secret }) as unknown as TokenResponse),
  token_malformed: answered(() => malformed),
  token_wrong_kind: answered(() => authentication),
  token_environment_mismatch: answered(() => prodToken),
  token_expired_on_arrival: answered(() => ({ token: secret, expires_in: 0 })),
  async token_reused(world) {
    await world.requestToken()
    return await world.requestToken({ rejected: current })
  },
  async token_rejected(world) {
    const { clock, session, seen } = world
    world.answer(() => mint())
    for (let refusal = 0; refusal < 6; refusal += 1) {
      const token = session.getToken()
      await clock.advance(0)
      const rejected = await token
      tokens.push(rejected)
      session.getToken({ rejected }).catch((error: unknown) => (seen['errors'] as unknown[]).push(error))
      await clock.advance(0)
    }
    return await world.requestToken()
  },
  async budget_exhausted(world) {
    world.answer(() => Response.json({ token: secret, expires_in: 0 }))
    for (let request = 0; request < 10; request += 1) {
      await world.requestToken()
      world.session.retry()
    }
    return await world.requestToken()
  },
  async checkout_changed({ clock, session }) {
    const waiting = session.getToken().catch((error: unknown) => error)
    session.setCheckout('cart-2')
    await clock.advance(0)
    return await waiting
  },
  async closed(world) {
    await world.requestToken()
    world.session.close()
    return await world.requestToken()
  },
}

export function describeLeaks(): void {
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'group'] as const
  let spies: MockInstance[] = []
  beforeEach(() => {
    spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => {}))
  })
  afterEach(() => void vi.restoreAllMocks())

  const expectNoLeak = (seen: Record<string, unknown>): void => {
    expectNoTokenLeak({ tokens, ...seen, console: spies.map(({ mock }) => mock.calls) })
  }

  describe('no token appears in events, snapshots, errors, the console, storage and URLs', () => {
    test.each(Object.entries(failures))('no token appears anywhere after %s', async (code, fail) => {
      const world = createWorld(code === 'budget_exhausted' ? { budget: { max: 5, perMs: 600_000 } } : {})
      const error = await fail(world)
      expect(error).toMatchObject({ code })
      expectNoLeak({ ...world.seen, error, text: String(error), snapshot: world.session.getSnapshot() })
    })

    test('no token appears anywhere while one is received, renewed, rejected by the API and cleared', async () => {
      const candidates: unknown[] = []
      const world = createWorld({
        replay: (candidate) => {
          candidates.push(candidate)
          return true
        },
      })
      await world.requestToken()
      world.answer(() => ({ token: secret, expires_in: 900 }))
      const response = world.session.fetch('https://api.sandbox.joinforage.app/api/orders/?a=1')
      await world.clock.advance(3000)
      expect((await response).status).toBe(401)
      expect(candidates).toHaveLength(1)
      world.session.prime({ token: prodToken, expires_in: 900 })
      await world.clock.advance(13 * 60_000)
      world.session.clear()
      world.session.close()
      expectNoLeak({ ...world.seen, candidates, clone: structuredClone(world.session.getSnapshot()) })
    })
  })

  describe('an error about an option never repeats a token that was passed as the option', () => {
    const names = [
      'tokenSource',
      'environment',
      'checkoutId',
      'merchantAccount',
      'attachTo',
      'replay',
      'platform',
    ]
    const values = [secret, `Bearer ${secret}`, [secret], { token: secret }, authentication, `${secret}\n`]
    test.each(names)(
      'an error about the option %s never repeats a token that was passed as the option',
      (name) => {
        const errors = values.map((value) => {
          try {
            createForageSession({ tokenSource: '/token', [name]: value as never }).close()
          } catch (error) {
            return error
          }
        })
        expectNoLeak({ errors })
        expect(errors).toEqual(expect.arrayContaining([expect.any(TypeError)]))
      },
    )
  })
}
