import { describe, expect, test } from 'vitest'

import { createForageSession, type ForageSession, type ForageSessionOptions } from '../../src/index.ts'
import { createVirtualClock, type VirtualClock } from '../../src/testing/index.ts'

type Answer = () => Promise<Response | string> | Response | string

/** Creates a session whose token source gives the listed answers in order, then tokens. */
function setUp(
  answers: Answer[],
  options: Partial<ForageSessionOptions> = {},
): { clock: VirtualClock; session: ForageSession; requests: () => number } {
  const clock = createVirtualClock()
  let requests = 0
  const session = createForageSession({
    tokenSource: async () => {
      requests += 1
      return (await answers.shift()?.()) ?? `sandbox_token-${requests}`
    },
    share: 'off',
    ...options,
    platform: { random: () => 0, clock, ...options.platform },
  })
  return { clock, session, requests: () => requests }
}

const status =
  (code: number, headers: HeadersInit = {}): Answer =>
  () =>
    new Response(null, { status: code, headers })
const never: Answer = () => new Promise<never>(() => {})
const down: Answer = () => Promise.reject(new TypeError('Failed to fetch'))

const problem = (code: number): Response =>
  Response.json({ code: 'own' }, { status: code, headers: { 'Content-Type': 'application/problem+json' } })

/** Returns how long calls reject with a failure without a token request. */
async function waitOf(session: ForageSession, clock: VirtualClock): Promise<number> {
  const error = (await session.getToken().catch((reason: unknown) => reason)) as { retryAt: number }
  return error.retryAt - clock.now()
}

describe('the back-off after failures', () => {
  test.each([
    [0, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
    [0.5, [1250, 2500, 5000, 10_000, 20_000, 37_500, 37_500]],
  ])('the back-off doubles from 1 s to 30 s, and jitter (%d) only lengthens it', async (random, expected) => {
    const { session, clock } = setUp(Array<Answer>(9).fill(down), { platform: { random: () => random } })
    const waits: number[] = []
    for (const _ of expected) {
      waits.push(await waitOf(session, clock))
      await clock.advance(waits.at(-1)!)
    }
    expect(waits).toEqual(expected)
  })

  test.each([
    ['429 in seconds', 429, { 'Retry-After': '40' }, 0, 40_000],
    ['503 in seconds', 503, { 'Retry-After': '40' }, 0, 40_000],
    ['503, with jitter', 503, { 'Retry-After': '40' }, 0.5, 40_250],
    [
      '503 with a date by the server’s own clock',
      503,
      { 'Retry-After': 'Thu, 01 Jan 2026 00:00:20 GMT', Date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      0,
      20_000,
    ],
    ['503 with less than the back-off', 503, { 'Retry-After': '0' }, 0, 1000],
    ['503 with an invalid value', 503, { 'Retry-After': 'soon' }, 0, 1000],
    ['500, whose Retry-After does not count', 500, { 'Retry-After': '40' }, 0, 1000],
  ])('the back-off follows the backend’s Retry-After (%s)', async (_, code, headers, random, expected) => {
    const { session, clock } = setUp([status(code, headers)], { platform: { random: () => random } })
    expect(await waitOf(session, clock)).toBe(expected)
  })

  test('the back-off starts over after a token arrived', async () => {
    const { session, clock } = setUp([down, down, () => 'sandbox_a', down])
    await clock.advance(await waitOf(session, clock))
    await clock.advance(await waitOf(session, clock))
    await expect(session.getToken()).resolves.toBe('sandbox_a')
    session.clear()
    expect(await waitOf(session, clock)).toBe(1000)
  })

  test('there is no back-off after the first deadline, and one of 2 s after the second', async () => {
    const { session, clock, requests } = setUp([never, never])
    for (const count of [1, 2]) {
      const late = session.getToken()
      late.catch(() => {})
      await clock.advance(10_000)
      await expect(late).rejects.toMatchObject({ code: 'endpoint_timeout' })
      expect(requests()).toBe(count)
    }
    expect(await waitOf(session, clock)).toBe(2000)
    expect(requests()).toBe(2)
  })

  test.each([
    ['endpoint_not_json', () => new Response('<!doctype html>')],
    ['token_missing', () => Response.json({})],
    ['token_malformed', () => 'sandbox_\n'],
    ['token_missing', () => Response.json({ session: 'a' })],
    ['token_expired_on_arrival', () => Response.json({ token: 'sandbox_old', expires_in: 0 })],
    ['endpoint_redirected', status(302)],
    ['endpoint_rejected', status(403)],
    ['endpoint_not_found', status(404)],
    ['endpoint_not_found', () => Response.json({ code: 'x' }, { status: 410 })],
    ['endpoint_failed', status(418)],
    ['endpoint_failed', () => problem(408)],
    ['endpoint_failed', () => problem(425)],
    ['endpoint_rate_limited', () => problem(429)],
  ])('the back-off doubles after each %s, any number in a row', async (code, answer) => {
    const { session, clock } = setUp(Array<Answer>(4).fill(answer))
    for (const expected of [1000, 2000, 4000, 8000]) {
      expect(await waitOf(session, clock)).toBe(expected)
      expect(session.getSnapshot()).toMatchObject({ status: 'failed', error: { code, retryable: true } })
      await clock.advance(expected)
    }
    await expect(session.getToken()).resolves.toBe('sandbox_token-5')
  })

  test.each([400, 403, 404, 405, 410, 418])(
    'a problem document with a code and status %i is final, until setCheckout or clear',
    async (code) => {
      for (const act of ['setCheckout', 'clear'] as const) {
        const { session, clock } = setUp([() => problem(code)])
        await expect(session.getToken()).rejects.toMatchObject({ status: code, retryable: false })
        await clock.advance(3_600_000)
        await expect(session.getToken()).rejects.toMatchObject({ status: code })
        session[act]('cart-2')
        await expect(session.getToken()).resolves.toBe('sandbox_token-2')
      }
    },
  )
})

describe('retry()', () => {
  test('retry() clears the failure and starts one request, but not in "idle" or "ready"', async () => {
    const { session, clock, requests } = setUp([status(401)])
    session.retry()
    await clock.advance(0)
    expect(requests()).toBe(0)
    await expect(session.getToken()).rejects.toMatchObject({ code: 'endpoint_rejected' })
    session.retry()
    session.retry()
    await clock.advance(0)
    expect([requests(), session.getSnapshot().status]).toEqual([2, 'ready'])
    session.retry()
    await clock.advance(0)
    expect(requests()).toBe(2)
  })
})

describe('the budget', () => {
  test('the budget is refilled by time alone, not by clear, setCheckout or retry', async () => {
    const { session, clock, requests } = setUp([], { budget: { max: 2, perMs: 60_000 } })
    await session.getToken()
    session.clear()
    await session.getToken()
    const retryAt = clock.now() + 60_000
    for (const act of ['clear', 'setCheckout', 'retry'] as const) {
      session[act]('cart-2')
      await expect(session.getToken()).rejects.toMatchObject({ code: 'budget_exhausted', retryAt })
    }
    expect(requests()).toBe(2)
  })

  test('a spent budget leaves a usable token usable', async () => {
    const { session, requests } = setUp([], { budget: { max: 1, perMs: 60_000 } })
    await session.getToken()
    await expect(session.renew()).rejects.toMatchObject({ code: 'budget_exhausted' })
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    expect([requests(), session.getSnapshot().status]).toEqual([1, 'degraded'])
  })
})

describe('a token', () => {
  test.each([
    [0, 720_000],
    [0.5, 765_000],
  ])(
    'a token is renewed at 0.8 of its life, or up to 0.1 later with a draw of %d',
    async (random, expected) => {
      const { session, clock, requests } = setUp([], {
        platform: { random: () => random },
        renewWhen: 'always',
      })
      await session.getToken()
      await clock.advance(expected - 1)
      expect(requests()).toBe(1)
      await clock.advance(2)
      expect(requests()).toBe(2)
      session.close()
    },
  )

  test('a token is never renewed in the background with renewWhen "never", and the session is idle after it', async () => {
    const { session, clock, requests } = setUp([], { renewWhen: 'never' })
    await session.getToken()
    await clock.advance(900_000)
    expect([requests(), session.getSnapshot()]).toEqual([1, { status: 'idle' }])
  })

  test('a primed token is ignored if it is not fresher or was held before', async () => {
    const { session } = setUp([])
    await session.getToken()
    session.prime({ token: 'sandbox_older', expires_in: 60 })
    await expect(session.getToken()).resolves.toBe('sandbox_token-1')
    session.clear()
    session.prime({ token: 'sandbox_token-1', expires_in: 900 })
    await expect(session.getToken()).resolves.toBe('sandbox_token-2')
  })

  test('a token with only an end time lives by the server’s own clock, and at most for the fallback', async () => {
    const serverTime = Date.parse('Thu, 01 Jan 2026 00:00:00 GMT') / 1000
    const answer = (seconds: number) => (): Response => {
      const claims = btoa(JSON.stringify({ a: 1, exp: serverTime + seconds }))
      return Response.json(
        { token: `sandbox_e30.${claims}.mac${seconds}` },
        { headers: { Date: 'Thu, 01 Jan 2026 00:00:00 GMT' } },
      )
    }
    const { session, clock } = setUp([answer(300), answer(9000)], { fallbackLifetimeMs: 600_000 })
    await session.getToken()
    expect(session.getSnapshot()).toMatchObject({ expiresAt: clock.now() + 300_000 })
    await session.renew()
    expect(session.getSnapshot()).toMatchObject({ expiresAt: clock.now() + 600_000 })
  })
})
