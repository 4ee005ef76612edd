import { describe, expect, test } from 'vitest'

import {
  createForageSession,
  ForageSessionError,
  type ForageSessionOptions,
  type SessionEvent,
} from './index.ts'
import { createMerchantBackend, createVirtualClock, createVirtualTabs } from './testing/index.ts'

function setUp(options: Partial<ForageSessionOptions> = {}, backendOptions?: { lifetimeMs?: number }) {
  const clock = createVirtualClock()
  const backend = createMerchantBackend(clock, backendOptions)
  const events: SessionEvent[] = []
  const session = createForageSession({
    tokenSource: backend.tokenSource,
    environment: 'sandbox',
    share: 'off',
    fetch: backend.fetch,
    ...options,
    platform: { clock, random: () => 0, ...options.platform },
  })
  session.on((event) => events.push(event))
  /** Calls `getToken`, and waits for the answer of its token request. */
  const get = async (...args: Parameters<typeof session.getToken>): Promise<string> => {
    const token = session.getToken(...args)
    token.catch(() => {})
    await clock.advance(50)
    return await token
  }
  return { clock, backend, session, events, get }
}

const minutes = (count: number): number => count * 60_000

const problemOf = (status: number, body: object): Response =>
  Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } })

describe('getting a token', () => {
  test('a session sends nothing before the first call', async () => {
    const { clock, backend, session } = setUp()
    await clock.advance(minutes(60))
    expect(backend.requests).toEqual([])
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('fifty concurrent first calls make one token request', async () => {
    const { clock, backend, session } = setUp()
    const calls = Array.from({ length: 50 }, () => session.getToken())
    await clock.advance(50)
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['sandbox_token-1']))
    expect(backend.requests).toHaveLength(1)
    expect(backend.requests[0]!.reason).toBe('first')
  })

  test('getToken serves from memory while the token is fresh', async () => {
    const { clock, backend, get } = setUp()
    await get()
    for (let second = 0; second < 600; second += 1) {
      await get()
      await clock.advance(950)
    }
    expect(backend.requests).toHaveLength(1)
  })

  test('after 0.8 of its lifetime the token is renewed in the background, and callers keep the current one', async () => {
    const { clock, backend, session, get } = setUp()
    await get()
    await clock.advance(minutes(12) - 60)
    expect(session.getSnapshot()).toMatchObject({ status: 'ready', renewing: false })
    await clock.advance(20)
    expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal'])
    expect(session.getSnapshot()).toMatchObject({ status: 'ready', renewing: true })
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    await clock.advance(50)
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
  })

  test('a session that is unused for a lifetime stops renewing and becomes idle', async () => {
    const { clock, backend, session, get } = setUp()
    await get()
    await clock.advance(minutes(60))
    expect(backend.requests).toHaveLength(2)
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('with renewWhen "always", an hour without calls makes five token requests', async () => {
    const { clock, backend, get } = setUp({ renewWhen: 'always', platform: { random: () => 0.5 } })
    await get()
    await clock.advance(minutes(60) - 100)
    expect(backend.requests).toHaveLength(5)
  })

  test('a hidden page does not renew the token until it is visible again', async () => {
    let visible = true
    let emit: (event: 'visible' | 'hidden') => void = () => {}
    const lifecycle = {
      visible: () => visible,
      online: () => true,
      subscribe: (listener: typeof emit) => {
        emit = listener
        return () => {}
      },
    }
    const { clock, backend, get } = setUp({ platform: { lifecycle } })
    await get()
    visible = false
    emit('hidden')
    await clock.advance(minutes(13))
    expect(backend.requests).toHaveLength(1)
    visible = true
    emit('visible')
    await clock.advance(100)
    expect(backend.requests).toHaveLength(2)
  })

  test('an abort detaches that caller only, with the reason of its signal', async () => {
    const { clock, backend, session } = setUp()
    const controller = new AbortController()
    const aborted = session.getToken({ signal: controller.signal })
    const other = session.getToken()
    controller.abort(new Error('left the page'))
    await expect(aborted).rejects.toThrow('left the page')
    await clock.advance(50)
    await expect(other).resolves.toBe('sandbox_token-1')
    expect(backend.requests).toHaveLength(1)
  })

  test('a caller can require a validity of up to half of a lifetime', async () => {
    const { clock, backend, get } = setUp()
    await get()
    await clock.advance(minutes(8))
    await expect(get({ minValidityMs: minutes(7) - 1000 })).resolves.toBe('sandbox_token-1')
    await expect(get({ minValidityMs: minutes(7) + 5000 })).resolves.toBe('sandbox_token-2')
    await expect(get({ minValidityMs: minutes(60) })).resolves.toBe('sandbox_token-2')
    expect(backend.requests).toHaveLength(2)
  })

  test('a lifetime of 20 s is reported once and costs at most five requests a minute', async () => {
    const { clock, backend, events, get } = setUp({}, { lifetimeMs: 20_000 })
    for (let second = 0; second < 60; second += 1) {
      await get()
      await clock.advance(950)
    }
    expect(backend.requests.length).toBeLessThanOrEqual(5)
    expect(events.filter(({ type }) => type === 'lifetime-too-short')).toHaveLength(1)
  })
})

describe('a rejected token', () => {
  test('a rejected token is replaced even if it has not expired', async () => {
    const { backend, get } = setUp()
    const token = await get()
    await expect(get({ rejected: token })).resolves.toBe('sandbox_token-2')
    expect(backend.requests[1]!.reason).toBe('rejected')
  })

  test('a call that rejects an older token gets the current one without a request', async () => {
    const { backend, get } = setUp()
    const old = await get()
    await get({ rejected: old })
    await expect(get({ rejected: old })).resolves.toBe('sandbox_token-2')
    expect(backend.requests).toHaveLength(2)
  })

  test('if a token is rejected during its renewal, the session is fetching until the response comes', async () => {
    const { clock, session, get } = setUp()
    const token = await get()
    void session.renew()
    const newer = session.getToken({ rejected: token })
    expect(session.getSnapshot()).toEqual({ status: 'fetching' })
    await clock.advance(50)
    await expect(newer).resolves.toBe('sandbox_token-2')
    expect(session.getSnapshot().status).toBe('ready')
  })

  test('a rejected token that the endpoint returns again is token_reused', async () => {
    const { backend, get } = setUp()
    const token = await get()
    backend.answer({ token, expires_in: 900 })
    await expect(get({ rejected: token })).rejects.toMatchObject({
      code: 'token_reused',
      retryable: true,
      remedy: expect.stringContaining('the backend caches tokens'),
    })
  })

  test('six rejected new tokens in a row end in token_rejected, and no other request for 30 s', async () => {
    const { clock, backend, session, get } = setUp()
    for (let round = 0; round < 5; round += 1) await get({ rejected: await get() })
    await expect(get({ rejected: await get() })).rejects.toMatchObject({ code: 'token_rejected' })
    expect(backend.requests).toHaveLength(6)
    expect(session.getSnapshot()).toMatchObject({ status: 'failed', retryAt: clock.now() - 50 + 30_000 })
  })
})

describe('time', () => {
  test.each([minutes(20), -minutes(20), minutes(60 * 24), -minutes(60 * 24)])(
    'a wall clock that is %i ms off costs one request in ten minutes and serves no expired token',
    async (offMs) => {
      const { clock, backend, get } = setUp()
      clock.stepWall(offMs)
      for (let minute = 0; minute < 10; minute += 1) {
        await get()
        await clock.advance(minutes(1))
      }
      expect(backend.requests).toHaveLength(1)
    },
  )

  test('a step back of the clock costs no request and lengthens no lifetime', async () => {
    const { clock, backend, get, events } = setUp()
    await get()
    clock.stepWall(-minutes(60))
    await get()
    await clock.advance(minutes(10))
    await get()
    expect(backend.requests).toHaveLength(1)
    await clock.advance(minutes(6))
    await expect(get()).resolves.not.toBe('sandbox_token-1')
    expect(events.filter(({ type }) => type === 'clock-stepped')).toHaveLength(1)
  })

  test('after a step forward within the lifetime, the token serves and is renewed once', async () => {
    const { clock, backend, session, get } = setUp()
    await get()
    clock.stepWall(minutes(5))
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    await clock.advance(100)
    for (let minute = 0; minute < 5; minute += 1) {
      await get()
      await clock.advance(minutes(1))
    }
    expect(backend.requests).toHaveLength(2)
  })

  test('after two hours of sleep the first call gets a fresh token', async () => {
    const { clock, backend, get } = setUp()
    await get()
    clock.sleep(minutes(120))
    await expect(get()).resolves.toBe('sandbox_token-2')
    expect(backend.requests).toHaveLength(2)
  })

  test('a monotonic clock that stopped does not hide a sleep', async () => {
    const { clock, get } = setUp()
    await get()
    clock.sleep(minutes(14), { monotonic: false })
    clock.sleep(minutes(2), { monotonic: true })
    await expect(get()).resolves.toBe('sandbox_token-2')
  })

  test.each([
    ['the monotonic clock runs slow', { monotonic: 0.98, now: 1 }],
    ['the wall clock runs slow', { monotonic: 1, now: 0.98 }],
  ])('when %s, the other clock measures the lifetime', async (_, pace) => {
    const real = createVirtualClock()
    const startedAt = real.now()
    const clock = {
      ...real,
      monotonic: () => real.monotonic() * pace.monotonic,
      now: () => startedAt + (real.now() - startedAt) * pace.now,
    }
    const backend = createMerchantBackend(real)
    const session = createForageSession({
      tokenSource: backend.tokenSource,
      platform: { clock },
      renewWhen: 'never',
    })
    const get = async (): Promise<string> => {
      const token = session.getToken()
      await real.advance(60)
      return await token
    }
    await get()
    await real.advance(minutes(15) - 31_000)
    await expect(get()).resolves.toBe('sandbox_token-1')
    await real.advance(31_000)
    await expect(get()).resolves.toBe('sandbox_token-2')
  })

  test('timers that never run cost only one round trip', async () => {
    const clock = createVirtualClock()
    const backend = createMerchantBackend(clock)
    const stopped = { ...clock, setTimeout: () => 0, clearTimeout: () => {} }
    const session = createForageSession({
      tokenSource: backend.tokenSource,
      platform: { clock: stopped, random: () => 0 },
    })
    const first = session.getToken()
    await clock.advance(50)
    await first
    await clock.advance(minutes(13))
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    await clock.advance(50)
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
    await clock.advance(minutes(20))
    const late = session.getToken()
    await clock.advance(50)
    await expect(late).resolves.toBe('sandbox_token-3')
    expect(backend.requests.map(({ reason }) => reason)).toEqual(['first', 'renewal', 'expired'])
  })

  test('a lifetime of thirty days is split into delays that a timer can take', async () => {
    const clock = createVirtualClock()
    const delays: number[] = []
    const measured = {
      ...clock,
      setTimeout(run: () => void, ms: number) {
        delays.push(ms)
        return clock.setTimeout(run, ms)
      },
    }
    const days = 24 * 60 * 60_000
    const backend = createMerchantBackend(clock, { lifetimeMs: 30 * days })
    const { tokenSource } = backend
    const session = createForageSession({
      tokenSource,
      platform: { clock: measured, random: () => 0.9 },
      renewWhen: 'always',
    })
    void session.getToken()
    await clock.advance(26 * days)
    expect(backend.requests).toHaveLength(1)
    await clock.advance(days)
    expect(backend.requests).toHaveLength(2)
    expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1)
    session.close()
  })

  test('the lifetime counts from the moment the token request was sent', async () => {
    const { clock, session } = setUp()
    const sentAt = clock.now()
    const token = session.getToken()
    await clock.advance(50)
    await token
    expect(session.getSnapshot()).toMatchObject({ expiresAt: sentAt + 900_000 })
  })

  test('a primed token without expires_in counts from the start of the page', async () => {
    const { clock, backend, session, get } = setUp()
    await clock.advance(minutes(10))
    session.prime('sandbox_from-the-page')
    await expect(get()).resolves.toBe('sandbox_from-the-page')
    await clock.advance(minutes(5))
    await expect(get()).resolves.toBe('sandbox_token-1')
    expect(backend.requests).toHaveLength(1)
  })

  test('a step that requires a minimum validity does not use a primed token', async () => {
    const { clock, session } = setUp()
    session.prime({ token: 'sandbox_from-the-page', expires_in: 900 })
    const step = session.withToken(async (token) => token)
    await clock.advance(50)
    await expect(step).resolves.toBe('sandbox_token-1')
  })

  test('a malformed primed token is reported as an event and not thrown', () => {
    const { session, events } = setUp()
    session.prime('sandbox_\r\nbroken')
    expect(events).toMatchObject([{ type: 'token-failed', code: 'token_malformed' }])
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })

  test('an expired primed token is ignored', () => {
    const { session, events } = setUp()
    session.prime({ token: 'sandbox_from-the-page', expires_in: 0 })
    expect(events).toEqual([])
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
  })
})

describe('failures', () => {
  test('a backend that is down for a minute gets at most six requests, for any number of calls', async () => {
    const { clock, backend, session } = setUp()
    backend.answer(() => new TypeError('Failed to fetch'))
    for (let quarter = 0; quarter < 240; quarter += 1) {
      session.getToken().catch(() => {})
      await clock.advance(250)
    }
    expect(backend.requests.length).toBeLessThanOrEqual(6)
    expect(session.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'endpoint_unreachable' } })
  })

  test('until the next try is allowed, a call rejects at once with the remembered error', async () => {
    const { clock, backend, session, get } = setUp()
    backend.answer(new Response('', { status: 503, headers: { 'Retry-After': '7' } }))
    await expect(get()).rejects.toMatchObject({ code: 'endpoint_failed', status: 503, retryable: true })
    await expect(session.getToken()).rejects.toMatchObject({ retryAt: clock.now() + 7000 })
    expect(backend.requests).toHaveLength(1)
    await clock.advance(7000)
    await expect(get()).resolves.toBe('sandbox_token-1')
  })

  test('an error of the token source may say when the next request is allowed', async () => {
    const { clock, backend, session, get } = setUp()
    const retryAt = clock.now() + 7000
    backend.answer(() => new ForageSessionError('endpoint_rate_limited', 'Too many.', { retryAt }))
    await expect(get()).rejects.toMatchObject({ code: 'endpoint_rate_limited', retryAt })
    backend.answer(undefined)
    await clock.advance(6900)
    await expect(session.getToken()).rejects.toMatchObject({ retryAt })
    expect(backend.requests).toHaveLength(1)
    await clock.advance(100)
    await expect(get()).resolves.toBe('sandbox_token-1')
  })

  test('an error that the token source threw reaches callers unchanged: the very same object', async () => {
    const { backend, clock, session } = setUp()
    const thrown = new ForageSessionError('endpoint_failed', 'The backend is down.')
    backend.answer(() => Promise.reject(thrown))
    const failure = async (): Promise<ForageSessionError> => {
      const error = session.getToken().catch((caught: unknown) => caught as ForageSessionError)
      await clock.advance(50)
      return (await error) as ForageSessionError
    }
    const { message, remedy, stack } = thrown
    expect(await failure()).toBe(thrown)
    expect(session.getSnapshot()).toMatchObject({ error: thrown, retryAt: clock.now() + 1000 })
    await clock.advance(5000)
    expect(await failure()).toBe(thrown)
    expect(thrown).toMatchObject({ message, remedy, stack, retryable: true, retryAt: undefined })
  })

  test('after a failed early renewal the session is degraded and the usable token serves', async () => {
    const { clock, backend, session, get } = setUp()
    await get()
    backend.answer(() => new Response('', { status: 500 }))
    await clock.advance(minutes(12) + 100)
    expect(session.getSnapshot()).toMatchObject({ status: 'degraded', error: { code: 'endpoint_failed' } })
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    backend.answer(undefined)
    await clock.advance(minutes(1))
    expect(session.getSnapshot()).toMatchObject({ status: 'ready' })
  })

  test('a token request without an answer rejects at its deadline, and the next caller starts a new one', async () => {
    const { clock, backend, session, get } = setUp({ tokenSource: undefined as never, ...neverThen() })
    const stuck = session.getToken()
    stuck.catch(() => {})
    await clock.advance(10_000)
    await expect(stuck).rejects.toMatchObject({ code: 'endpoint_timeout', retryable: true })
    await expect(get()).resolves.toBe('sandbox_second')
    expect(backend.requests).toHaveLength(0)
  })

  test('a token that is primed during a token request does not disturb its callers', async () => {
    const { clock, session } = setUp()
    const waiting = session.getToken()
    session.prime({ token: 'sandbox_from-the-page', expires_in: 900 })
    await clock.advance(50)
    await expect(waiting).resolves.toBe('sandbox_token-1')
  })

  test('while the token is usable, a default call gets it even if no newer one is available', async () => {
    const { clock, backend, session, get } = setUp({ renewWhen: 'never' })
    await get()
    backend.answer(() => new Response('', { status: 500 }))
    await clock.advance(minutes(15) - 20_000)
    await expect(get()).resolves.toBe('sandbox_token-1')
    await expect(session.getToken({ minValidityMs: 25_000 })).rejects.toMatchObject({
      code: 'endpoint_failed',
    })
    await clock.advance(20_000)
    await expect(get()).rejects.toMatchObject({ code: 'endpoint_failed' })
  })

  test('a late response is taken if no other token came in the meantime', async () => {
    let answer: (token: string) => void = () => {}
    const tokenSource = () => new Promise<string>((resolve) => (answer = resolve))
    const { clock, session } = setUp({ tokenSource })
    const stuck = session.getToken()
    stuck.catch(() => {})
    await clock.advance(10_000)
    answer('sandbox_late')
    await clock.advance(0)
    await expect(session.getToken()).resolves.toBe('sandbox_late')
  })

  test.each([
    [401, 'endpoint_rejected'],
    [403, 'endpoint_rejected'],
    [404, 'endpoint_not_found'],
    [400, 'endpoint_failed'],
  ])(
    'a problem document with status %i and a code is %s until retry, setCheckout or clear',
    async (status, code) => {
      const { clock, backend, session, get } = setUp()
      backend.answer(problemOf(status, { code: 'no_such_checkout' }))
      await expect(get()).rejects.toMatchObject({ code, status, retryable: false })
      await clock.advance(minutes(60))
      await expect(get()).rejects.toMatchObject({ code })
      expect(backend.requests).toHaveLength(1)
      session.retry()
      await clock.advance(50)
      await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    },
  )

  test.each([
    ['an HTML page', () => new Response('<!doctype html><title>Sign in</title>'), 'endpoint_not_json'],
    ['no content', () => new Response(null, { status: 204 }), 'endpoint_not_json'],
    ['five megabytes', () => new Response('{"token":"' + 'x'.repeat(5_000_000)), 'endpoint_not_json'],
    ['another shape', () => Response.json({ session: 'sandbox_x' }), 'token_missing'],
    ['a broken header value', () => Response.json({ token: 'sandbox_a\nb' }), 'token_malformed'],
    [
      'one expired on arrival',
      () => Response.json({ token: 'sandbox_a', expires_in: 0 }),
      'token_expired_on_arrival',
    ],
    ['another environment', () => Response.json({ token: 'prod_a' }), 'token_environment_mismatch'],
    [
      'an authentication token',
      () => Response.json({ token: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }),
      'token_wrong_kind',
    ],
  ])('an endpoint that returns %s has its own error code', async (_, answer, code) => {
    const { backend, get } = setUp()
    backend.answer(answer())
    await expect(get()).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\.$/) })
  })

  test('a token is found next to other members of the response, like a status', async () => {
    const answer = { status: 'success', ok: false, headers: {}, token: 'sandbox_a', expires_in: 900 }
    const { get } = setUp({ tokenSource: async () => answer })
    await expect(get()).resolves.toBe('sandbox_a')
  })

  test.each([
    [403, 'origin_denied', 'endpoint_rejected', /origin/],
    [500, 'not_configured', 'endpoint_failed', /credentials/],
    [502, 'merchant_invalid', 'endpoint_failed', /merchant account/],
    [500, 'constructor', 'endpoint_failed', /log of the backend/],
  ])(
    'a problem document with status %i and code %s has its own remedy',
    async (status, problem, code, remedy) => {
      const { backend, get } = setUp()
      const headers = { 'Content-Type': 'application/problem+json' }
      backend.answer(new Response(JSON.stringify({ code: problem }), { status, headers }))
      await expect(get()).rejects.toMatchObject({ code, remedy: expect.stringMatching(remedy) })
    },
  )

  test.each([
    ['always', 'ready', 2],
    ['in-use', 'failed', 1],
  ] as const)('after a failure, a session with renewWhen "%s" is %s', async (renewWhen, status, requests) => {
    const { clock, backend, session, get } = setUp({ renewWhen })
    backend.answer(new Response('', { status: 500 }))
    await expect(get()).rejects.toMatchObject({ code: 'endpoint_failed' })
    await clock.advance(2000)
    expect(session.getSnapshot().status).toBe(status)
    expect(backend.requests).toHaveLength(requests)
  })

  test('coming online allows one earlier token request, and no more', async () => {
    const [tab] = createVirtualTabs(1, { clock: createVirtualClock() })
    const { clock, backend, get } = setUp({ platform: { lifecycle: tab!.lifecycle } })
    backend.answer(() => new TypeError('Failed to fetch'))
    const attempt = async (): Promise<number> => {
      await get().catch(() => {})
      await clock.advance(50)
      return backend.requests.length
    }
    while ((await attempt()) < 4) await clock.advance(1000)
    await expect(attempt()).resolves.toBe(4)
    tab!.lifecycle.emit('online')
    await expect(attempt()).resolves.toBe(5)
    await expect(attempt()).resolves.toBe(5)
  })

  test('an authentication token is accepted only with allowAuthenticationToken, and never in production', async () => {
    const sandbox = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
    const development = setUp({ allowAuthenticationToken: true })
    development.backend.answer(sandbox)
    await expect(development.get()).resolves.toBe(sandbox)
    const production = setUp({ allowAuthenticationToken: true, environment: 'production' })
    production.backend.answer(sandbox.replace('sandbox', 'prod'))
    await expect(production.get()).rejects.toMatchObject({ code: 'token_wrong_kind' })
  })

  test('more requests than the budget allows are refused, for any reason', async () => {
    const { clock, backend, session, get } = setUp({ budget: { max: 3, perMs: 60_000 } })
    for (let checkout = 0; checkout < 3; checkout += 1) {
      session.setCheckout(`cart-${checkout}`)
      await get()
    }
    session.setCheckout('cart-4')
    await expect(get()).rejects.toMatchObject({ code: 'budget_exhausted', retryable: true })
    expect(backend.requests).toHaveLength(3)
    await clock.advance(60_000)
    await expect(get()).resolves.toBe('sandbox_token-4')
  })
})

describe('a checkout', () => {
  test('setCheckout rejects all waiting calls and keeps nothing of the old checkout', async () => {
    const { clock, backend, session, get } = setUp({ checkoutId: 'cart-1' })
    const waiting = session.getToken()
    waiting.catch(() => {})
    session.setCheckout('cart-2')
    await expect(waiting).rejects.toMatchObject({ code: 'checkout_changed' })
    await clock.advance(100)
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
    await get()
    expect(backend.requests.map(({ checkoutId }) => checkoutId).at(-1)).toBe('cart-2')
  })

  test('setCheckout with the same id changes nothing', async () => {
    const { session, get } = setUp({ checkoutId: 'cart-1' })
    await get()
    session.setCheckout('cart-1')
    expect(session.getSnapshot()).toMatchObject({ status: 'ready' })
  })

  test('checkoutId is the option’s, and then the last one of setCheckout', async () => {
    const { session } = setUp({ checkoutId: 'cart-1' })
    expect(session.checkoutId).toBe('cart-1')
    session.setCheckout('cart-2')
    expect(session.checkoutId).toBe('cart-2')
    session.clear()
    expect(session.checkoutId).toBe('cart-2')
    session.setCheckout(undefined)
    expect(session.checkoutId).toBeUndefined()
    expect(setUp().session.checkoutId).toBeUndefined()
  })

  test('subscribers are notified of a new checkout, even if the snapshot stays the same', async () => {
    const { session } = setUp({ checkoutId: 'cart-1' })
    const heard: (string | undefined)[] = []
    session.subscribe(() => heard.push(session.checkoutId))
    session.setCheckout('cart-1')
    expect(heard).toEqual([])
    session.setCheckout('cart-2')
    expect(heard).toEqual(['cart-2'])
  })

  test('the checkout has changed before the loss of its token is reported', async () => {
    const { session, get } = setUp({ checkoutId: 'cart-1' })
    await get()
    const heard = new Set<string | undefined>()
    session.on(() => heard.add(session.checkoutId))
    session.subscribe(() => heard.add(session.checkoutId))
    session.setCheckout('cart-2')
    expect([...heard]).toEqual(['cart-2'])
  })

  test('a checkout that a listener sets during a switch stays the last one', async () => {
    const { backend, session, get } = setUp({ checkoutId: 'cart-1' })
    await get()
    session.on(({ type }) => void (type === 'token-invalidated' && session.setCheckout('cart-3')))
    session.setCheckout('cart-2')
    expect(session.checkoutId).toBe('cart-3')
    await get()
    expect(backend.requests.at(-1)?.checkoutId).toBe('cart-3')
  })

  test('the checkout of a closed session does not change', () => {
    const { session } = setUp({ checkoutId: 'cart-1' })
    session.close()
    session.setCheckout('cart-2')
    expect(session.checkoutId).toBe('cart-1')
  })

  test('clear forgets the token', async () => {
    const { session, get } = setUp()
    await get()
    session.clear()
    expect(session.getSnapshot()).toEqual({ status: 'idle' })
    await expect(get()).resolves.toBe('sandbox_token-2')
  })

  test('after close, waiting and later calls reject with closed', async () => {
    const { clock, backend, session } = setUp()
    const waiting = session.getToken()
    waiting.catch(() => {})
    session.close()
    session.close()
    await expect(waiting).rejects.toMatchObject({ code: 'closed' })
    await expect(session.getToken()).rejects.toMatchObject({ code: 'closed' })
    await clock.advance(minutes(60))
    expect(backend.requests.length).toBeLessThanOrEqual(1)
    expect(session.getSnapshot()).toEqual({ status: 'closed' })
  })
})

describe('the snapshot', () => {
  test('the snapshot is the same object until it changes, and listeners are called on each change', async () => {
    const { session, get } = setUp()
    const statuses: string[] = []
    session.subscribe(() => statuses.push(session.getSnapshot().status))
    const before = session.getSnapshot()
    expect(session.getSnapshot()).toBe(before)
    await get()
    expect(session.getSnapshot()).toBe(session.getSnapshot())
    expect(statuses).toEqual(['fetching', 'ready'])
  })

  test('no snapshot, event or error contains a token', async () => {
    const { backend, session, events, get } = setUp()
    const token = await get()
    backend.answer(Response.json({ token: 'prod_secret-of-another' }))
    const error = await get({ rejected: token }).catch((reason: unknown) => reason)
    const shown = JSON.stringify([
      events,
      session.getSnapshot(),
      error,
      String(error),
      (error as Error).stack,
    ])
    expect(shown).not.toContain(token)
    expect(shown).not.toContain('prod_secret-of-another')
  })
})

describe('the cause of an error', () => {
  const token = 'sandbox_eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ'
  test.each([
    ['a parser error that quotes the response', () => JSON.parse(token) as string],
    ['an error that names a token', () => Promise.reject(new Error(`Refused ${token}`))],
    ['a thrown string', () => Promise.reject(`Refused ${token}`)],
  ])('the cause of an error (%s) does not show a token', async (_, tokenSource) => {
    const { get } = setUp({ tokenSource: async () => await tokenSource() })
    const error = (await get().catch((reason: unknown) => reason)) as Error
    expect(error.cause).toBeInstanceOf(Error)
    const { message, stack } = error.cause as Error
    expect(`${message} ${stack}`).not.toContain('sandbox_ey')
  })

  test('the cause of an error has only the name and the message of the thrown error', async () => {
    const thrown = Object.assign(new TypeError('Failed to fetch'), { config: { url: '/token' } })
    const { get } = setUp({ tokenSource: () => Promise.reject(thrown) })
    const { code, cause } = (await get().catch((reason: unknown) => reason)) as ForageSessionError
    expect(code).toBe('endpoint_unreachable')
    expect(cause).toMatchObject({ name: 'TypeError', message: 'Failed to fetch' })
    expect(cause).not.toHaveProperty('config')
  })
})

describe('options', () => {
  test.each([
    [undefined, '"tokenSource" must be the URL of the merchant endpoint or a function'],
    [{ tokenSource: undefined }, 'received undefined'],
    [{ tokenSource: '/token', environment: 'live' }, '"environment" must be "sandbox", "production"'],
    [{ tokenSource: '/token', minValidityMs: '30s' }, '"minValidityMs" must be a number from 0 up'],
    [{ tokenSource: '/token', renewAt: 2 }, 'received 2'],
    [{ tokenSource: '/token', replay: 'twice' }, '"replay" must be all or keyed or never or a function'],
    [{ tokenSource: '/token', environment: { apiUrl: 'http://api.example.com' } }, '"environment" must be'],
    [
      { tokenSource: '/token', attachTo: ['https://api.example.com/v1'] },
      '"attachTo" must be an array of origins',
    ],
    [{ tokenSource: '/token', merchantAccount: 'a\nb' }, '"merchantAccount" must be'],
  ])('the options %o throw a TypeError that names the invalid one', (options, message) => {
    expect(() => createForageSession(options as never)).toThrow(TypeError)
    expect(() => createForageSession(options as never)).toThrow(message)
  })

  test('a token given as a URL is not repeated in the error', () => {
    const token = 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD'
    expect(() => createForageSession({ tokenSource: token })).toThrow('received a token (not shown)')
  })
})

function neverThen(): Partial<ForageSessionOptions> {
  let calls = 0
  return {
    tokenSource: () => {
      calls += 1
      return calls === 1 ? new Promise<string>(() => {}) : Promise.resolve('sandbox_second')
    },
  }
}
