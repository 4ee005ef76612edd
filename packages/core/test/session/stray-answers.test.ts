import { describe, expect, test } from 'vitest'

import {
  createForageSession,
  ForageSessionError,
  type ForageSession,
  type ForageSessionOptions,
  type SessionEvent,
} from '../../src/index.ts'
import { createVirtualClock, createVirtualTabs } from '../../src/testing/index.ts'

const minutes = (count: number): number => count * 60_000
type Answer = () => unknown

function setUp(answers: Answer[], options: Partial<ForageSessionOptions> = {}) {
  const clock = createVirtualClock()
  const [tab] = createVirtualTabs(1, { clock })
  const { lifecycle } = tab!
  const events: SessionEvent[] = []
  let requests = 0
  const session = createForageSession({
    tokenSource: async () => {
      requests += 1
      return await ((answers.shift() ?? (() => `sandbox_token-${requests}`))() as Promise<string>)
    },
    environment: 'sandbox',
    share: 'off',
    ...options,
    platform: { clock, lifecycle, random: () => 0, ...options.platform },
  })
  session.on((event) => events.push(event))
  return { clock, tab: tab!, lifecycle, session, events, requests: () => requests }
}

const token: Answer = () => 'sandbox_token-1'
const status =
  (code: number): Answer =>
  () =>
    new Response(null, { status: code })
const unreachable: Answer = () => Promise.reject(new TypeError('Load failed'))
const throwing =
  (thrown: unknown): Answer =>
  () => {
    throw thrown
  }
const failureOf = async (session: ForageSession): Promise<ForageSessionError> =>
  await session.getToken().then(
    () => expect.unreachable(),
    (error: unknown) => error as ForageSessionError,
  )

describe('a failed early renewal', () => {
  test.each(['retry', 'renew'] as const)(
    '%s() sends a request while the session is degraded',
    async (name) => {
      const { clock, session, requests } = setUp([token, status(401)])
      await session.getToken()
      await clock.advance(minutes(12.1))
      expect(session.getSnapshot().status).toBe('degraded')
      void session[name]()
      await clock.advance(0)
      expect([session.getSnapshot().status, requests()]).toEqual(['ready', 3])
    },
  )

  test('renew() sends a request after a final failure, but not more than the budget allows', async () => {
    const { session, requests } = setUp(Array<Answer>(9).fill(status(401)), {
      budget: { max: 2, perMs: 60_000 },
    })
    await failureOf(session)
    await expect(session.renew()).rejects.toMatchObject({ code: 'endpoint_rejected' })
    await expect(session.renew()).rejects.toMatchObject({ code: 'budget_exhausted' })
    expect(requests()).toBe(2)
  })

  test.each(['online', 'visible'] as const)(
    'the event "%s" probes once after a final early failure',
    async (event) => {
      const { clock, lifecycle, session, requests } = setUp([token, status(401), status(401)])
      await session.getToken()
      await clock.advance(minutes(12.1))
      lifecycle.emit(event)
      await clock.advance(minutes(1))
      expect([session.getSnapshot().status, requests()]).toEqual(['degraded', 3])
    },
  )

  test('an event "online" that the budget prevents does not shorten the Retry-After', async () => {
    const busy: Answer = () => new Response(null, { status: 503, headers: { 'Retry-After': '170' } })
    const { clock, lifecycle, session, requests } = setUp([token, busy, busy, busy], {
      budget: { max: 2, perMs: 60_000 },
    })
    await session.getToken()
    await clock.advance(minutes(12))
    for (let event = 0; event < 3; event += 1) {
      lifecycle.emit('online')
      await clock.advance(1000)
    }
    expect(requests()).toBe(3)
    expect(session.getSnapshot()).toMatchObject({ status: 'degraded', error: { code: 'endpoint_failed' } })
    await clock.advance(minutes(2))
    expect(requests()).toBe(3)
  })

  test('a token that the backend returns again is no failure: the next request is sent when it ends', async () => {
    const { clock, session, events, requests } = setUp([token, token])
    await session.getToken()
    await clock.advance(minutes(14.9))
    expect([session.getSnapshot().status, requests()]).toEqual(['ready', 2])
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    expect(events.filter(({ type }) => type === 'token-failed')).toEqual([])
    await clock.advance(minutes(0.2))
    await expect(session.getToken()).resolves.toBe('sandbox_token-3')
  })
})

describe('a token request that was cut off', () => {
  const away: [string, (world: ReturnType<typeof setUp>) => void][] = [
    ['the page was hidden', ({ tab }) => (tab.lifecycle.emit('hidden'), tab.lifecycle.emit('visible'))],
    ['the page was frozen', ({ lifecycle }) => lifecycle.emit('freeze')],
    ['the device slept', ({ clock }) => clock.sleep(minutes(2))],
    [
      'the device slept and stopped its monotonic clock',
      ({ clock }) => clock.sleep(minutes(2), { monotonic: false }),
    ],
  ]

  test.each(away)('is repeated once for those who wait, because %s', async (_, leave) => {
    let fail: (error: Error) => void = () => {}
    const world = setUp([() => new Promise((_resolve, reject) => (fail = reject))])
    const calls = [world.session.getToken(), world.session.getToken()]
    await world.clock.advance(100)
    leave(world)
    fail(new TypeError('Load failed'))
    await world.clock.advance(100)
    await expect(Promise.all(calls)).resolves.toEqual(['sandbox_token-2', 'sandbox_token-2'])
    expect(world.requests()).toBe(2)
    expect(world.events.map(({ type }) => type)).not.toContain('token-failed')
  })

  test('whose deadline passed while the page was hidden is repeated, and its signal is aborted', async () => {
    const signals: AbortSignal[] = []
    const { clock, lifecycle, session } = setUp([], {
      tokenSource: async ({ signal }) => {
        signals.push(signal)
        return signals.length > 1 ? 'sandbox_a' : await new Promise<never>(() => {})
      },
    })
    const waiting = session.getToken()
    await clock.advance(100)
    lifecycle.emit('hidden')
    await clock.advance(10_000)
    await expect(waiting).resolves.toBe('sandbox_a')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('is remembered if its repetition fails as well', async () => {
    const { clock, lifecycle, session, requests } = setUp([
      () => clock.advance(0).then(unreachable),
      unreachable,
    ])
    const waiting = failureOf(session)
    lifecycle.emit('hidden')
    await clock.advance(10)
    expect(await waiting).toMatchObject({ code: 'endpoint_unreachable', retryAt: expect.any(Number) })
    expect(requests()).toBeLessThanOrEqual(2)
    expect(session.getSnapshot().status).toBe('failed')
  })

  test('is neither repeated nor remembered if nobody waits', async () => {
    let fail: (error: Error) => void = () => {}
    const { clock, tab, session, requests } = setUp([
      token,
      () => new Promise((_resolve, reject) => (fail = reject)),
    ])
    await session.getToken()
    await clock.advance(minutes(12.1))
    tab.lifecycle.emit('hidden')
    fail(new TypeError('Load failed'))
    await clock.advance(1000)
    expect([session.getSnapshot().status, requests()]).toEqual(['ready', 2])
    tab.lifecycle.emit('visible')
    await clock.advance(0)
    expect(requests()).toBe(3)
  })
})

describe('a page that its browser always calls hidden', () => {
  test('an outage of the backend costs the requests of a back-off, not one with each call', async () => {
    const { clock, lifecycle, session, requests } = setUp([
      token,
      ...Array.from({ length: 20 }, () => unreachable),
    ])
    await session.getToken()
    lifecycle.emit('hidden')
    await clock.advance(minutes(12.1))
    for (let call = 0; call < 20; call += 1) {
      await session.getToken()
      await clock.advance(500)
    }
    expect(requests()).toBeLessThanOrEqual(6)
  })
})

test('coming back to the page changes no snapshot, although it allows an earlier request', async () => {
  const { lifecycle, session, requests } = setUp([() => new Response(null, { status: 503 })])
  await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_failed' })
  const before = session.getSnapshot()
  lifecycle.emit('visible')
  expect(session.getSnapshot()).toBe(before)
  await expect(session.getToken()).resolves.toBe('sandbox_token-2')
  expect(requests()).toBe(2)
})

describe('a value that the token source throws', () => {
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '60' }
  test.each<[string, unknown, object]>([
    ['a status', { status: 401 }, { code: 'endpoint_rejected', status: 401, retryable: false }],
    ['a statusCode', { statusCode: 404 }, { code: 'endpoint_not_found', retryable: true }],
    [
      'a response like that of axios',
      { response: { status: 429, headers } },
      { code: 'endpoint_rate_limited' },
    ],
    [
      'a body',
      { response: { status: 403, headers, data: { code: 'own' } } },
      { retryable: false, status: 403 },
    ],
    ['a Response', { response: new Response('<html>', { status: 403 }) }, { retryable: true, status: 403 }],
    [
      'a Response that was read',
      { response: new Response(null, { status: 403, headers }), data: { code: 'own' } },
      { retryable: false },
    ],
    ['an unusable status', { status: 0 }, { code: 'endpoint_unreachable' }],
    ['no status', new DOMException('Aborted', 'AbortError'), { code: 'endpoint_unreachable' }],
  ])('is read like a response if it has %s', async (_, thrown, expected) => {
    const { session } = setUp([throwing(thrown)])
    expect(await failureOf(session)).toMatchObject(expected)
  })

  test('may hold a Retry-After in a record of headers', async () => {
    const { clock, session } = setUp([
      throwing({ response: { status: 429, headers: { 'Retry-After': 60 } } }),
    ])
    expect((await failureOf(session)).retryAt).toBe(clock.now() + 60_000)
  })

  const cyclic: Record<string, unknown> = Object.assign(Object.create(null) as object, { a: 1 })
  cyclic['self'] = cyclic
  const trap = (): never => {
    throw new Error('do not read me')
  }
  const refusing = new Proxy({}, { get: trap, has: () => true, getPrototypeOf: trap, ownKeys: trap })
  test.each<[string, unknown]>([
    ['null', null],
    ['an object without a prototype', Object.create(null)],
    ['a cyclic object without a prototype', cyclic],
    ['an object whose toString throws', { toString: trap, toJSON: trap }],
    ['an object whose getters throw', Object.defineProperty({}, 'status', { get: trap })],
    ['an error whose message throws', Object.defineProperty(new Error(), 'message', { get: trap })],
    ['a Proxy that refuses everything', refusing],
    ['a symbol', Symbol('thrown')],
  ])('is endpoint_unreachable at once if it cannot be inspected: %s', async (_, thrown) => {
    const { clock, session } = setUp([throwing(thrown)])
    expect(await failureOf(session)).toMatchObject({ code: 'endpoint_unreachable' })
    await clock.advance(1000)
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
  })

  test('stays the same object if it is a ForageSessionError, also if it is frozen', async () => {
    class Own extends ForageSessionError {}
    const thrown = Object.freeze(new Own('endpoint_failed', 'Down.', { status: 401 }))
    const { session } = setUp([throwing(thrown)])
    expect(await failureOf(session)).toBe(thrown)
    expect(await failureOf(session)).toBe(thrown)
    expect(session.getSnapshot()).toMatchObject({
      status: 'failed',
      error: thrown,
      retryAt: expect.any(Number),
    })
  })
})

test('the error about a missing token names the type and the members that were received, but no value', async () => {
  const { session } = setUp([() => ({ session: 'sandbox_secret', sandbox_uXpc01: 1, status: 'ok' })])
  const { message } = await failureOf(session)
  expect(message).toContain('object { session, status }')
  expect(message).not.toMatch(/secret|uXpc/)
})

describe('expires_in', () => {
  test.each<[unknown, number, string | undefined]>([
    [180, 180_000, undefined],
    ['180', 180_000, undefined],
    ['soon', 900_000, 'string'],
    [null, 900_000, 'null'],
    [{ seconds: 180 }, 900_000, 'object'],
  ])(
    'an expires_in of %j gives a lifetime of %i ms, and is reported once as %s',
    async (value, lifetimeMs, type) => {
      const body = (name: string) => () => ({ token: `sandbox_${name}`, expires_in: value })
      const { clock, session, events } = setUp([body('a'), body('b')])
      await session.getToken()
      await session.renew()
      expect(events.find(({ type: name }) => name === 'token-received')).toMatchObject({ lifetimeMs })
      const reported = events.filter(({ type: name }) => name === 'lifetime-ignored')
      expect(reported).toEqual(type ? [{ at: clock.now(), type: 'lifetime-ignored', received: type }] : [])
    },
  )
})

test('a validity that one call requires never reports a short lifetime', async () => {
  const { session, events } = setUp([])
  await session.withToken(async () => {}, { minValidityMs: 450_001 })
  await session.getToken({ minValidityMs: minutes(60) })
  expect(events.map(({ type }) => type)).not.toContain('lifetime-too-short')
})

test('a listener of clock-stepped that requests a token sees a request, not an idle session', async () => {
  const { clock, session } = setUp([token])
  await session.getToken()
  session.on(({ type }) => type === 'clock-stepped' && void session.getToken().catch(() => {}))
  clock.stepWall(minutes(60))
  session.clear()
  expect(session.getSnapshot().status).toBe('fetching')
})
