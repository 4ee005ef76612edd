import { describe, expect, test } from 'vitest'

import { createForageSession, type TokenSource } from '../../src/index.ts'
import { createVirtualTabs } from '../../src/testing/index.ts'
import { api, createRefusingApi, createTokenCounter, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`

/** A first token, which the API refuses, and then what it is told; at last new tokens again. */
function faultySource(...faults: (() => Response | Promise<never>)[]): TokenSource {
  const mint = createTokenCounter()
  let asked = 0
  return async () => (asked++ > 0 ? await (faults.shift() ?? mint)() : mint())
}

const status =
  (code: number, headers = {}) =>
  () =>
    new Response(null, { status: code, headers })

describe('a token request that fails after a 401', () => {
  test.each<[string, () => Response | Promise<never>]>([
    ['500', status(500)],
    ['401: signed out', status(401)],
    ['429', status(429)],
    ['an HTML page', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['no network', () => Promise.reject(new TypeError('fetch failed'))],
  ])('(%s) gives the caller the first 401, its own object, unread (case 69)', async (_, fault) => {
    const answer = Response.json(expired, { status: 401, headers: { 'X-Request-Id': 'r-1' } })
    const { session, sent, types } = createRefusingApi({ tokenSource: faultySource(fault) }, [() => answer])
    const response = await session.fetch(address)
    expect(response).toBe(answer)
    expect([response.bodyUsed, response.headers.get('X-Request-Id')]).toEqual([false, 'r-1'])
    await expect(response.json()).resolves.toEqual(expired)
    expect(sent).toHaveLength(1)
    expect(types()).toContain('token-failed')
  })

  test('is not what outer clients take for a network error (case 70)', async () => {
    const { session, sent } = createRefusingApi({
      tokenSource: () => Promise.reject(new TypeError('fetch failed')),
    })
    const error: unknown = await session.fetch(address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ForageSessionError', code: 'endpoint_unreachable' })
    expect(error).not.toBeInstanceOf(TypeError)
    expect((error as Error).message).not.toMatch(/^(fetch failed|Failed to fetch|Load failed)/)
    expect(sent).toEqual([])
  })

  test('is remembered: a straggler gets its 401 without another; later all is well again (cases 71, 72)', async () => {
    const { clock, session, sent, tokenRequests } = createRefusingApi(
      { tokenSource: faultySource(status(500)) },
      [refusal, refusal],
    )
    const calls = [session.fetch(address), session.fetch(address)]
    for (const response of await Promise.all(calls)) expect(response.status).toBe(401)
    expect(tokenRequests()).toBe(2)
    await expect(session.fetch(address)).rejects.toMatchObject({ code: 'endpoint_failed' })
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
    await clock.advance(1500)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(tokenRequests()).toBe(3)
  })

  test('with 429 and Retry-After: 30 is kept to, but nobody’s payment waits for it (case 74)', async () => {
    const { clock, session, tokenRequests } = createRefusingApi({
      tokenSource: faultySource(status(429, { 'Retry-After': '30' })),
    })
    const before = clock.now()
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 401 })
    expect(clock.now()).toBe(before)
    await clock.advance(29_999)
    await expect(session.fetch(address)).rejects.toMatchObject({
      code: 'endpoint_rate_limited',
      retryAt: before + 30_000,
    })
    expect(tokenRequests()).toBe(2)
    await clock.advance(1)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
  })
})

describe('an early renewal that fails', () => {
  test('leaves the token to the requests that it is still good for (cases 73, 75)', async () => {
    const { clock, session, tokens, types } = createRefusingApi(
      { tokenSource: faultySource(...Array(9).fill(status(503))) },
      [() => new Response(), () => new Response()],
    )
    await session.fetch(address)
    await clock.advance(0.8 * 900_000)
    expect(session.getSnapshot()).toMatchObject({ status: 'degraded' })
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect(tokens()).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-1'])
    expect(types()).not.toContain('token-invalidated')
  })
})

describe('time', () => {
  test.each([600_000, -600_000])(
    'a device clock that is %i ms wrong costs nothing (case 82)',
    async (skewMs) => {
      const issuedAt = Date.UTC(2026, 0, 1) / 1000
      const claims = btoa(JSON.stringify({ iat: issuedAt, exp: issuedAt + 900 })).replaceAll('=', '')
      const { clock, session, sent, tokenRequests } = createRefusingApi(
        {
          tokenSource: async () =>
            Response.json(
              { token: `sandbox_eyJhbGciOiJIUzI1NiJ9.${claims}.c2ln` },
              { headers: { Date: new Date(issuedAt * 1000).toUTCString() } },
            ),
        },
        [() => new Response(), () => new Response()],
      )
      clock.stepWall(skewMs)
      await session.fetch(address)
      await clock.advance(600_000)
      await session.fetch(address)
      expect([sent.length, tokenRequests()]).toEqual([2, 1])
    },
  )

  test('a token that tells nothing lives for the fallback, and a 401 before that is answered as any (case 83)', async () => {
    const { clock, session, tokens, tokenRequests } = createRefusingApi({ fallbackLifetimeMs: 60_000 })
    await session.fetch(address)
    expect(tokenRequests()).toBe(2)
    await clock.advance(120_000)
    await session.fetch(address)
    expect(tokens().at(-1)).toBe(`Bearer sandbox_token-${tokenRequests()}`)
  })

  test('after two hours asleep the first request waits for a new token, and is sent once (case 84)', async () => {
    const { clock, session, sent, tokenRequests } = createRefusingApi({}, [() => new Response()])
    await session.fetch(address)
    clock.sleep(7_200_000)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
    expect(sent[1]!.headers.get('Authorization')).toBe('Bearer sandbox_token-2')
  })
})

test('two tabs with a 401 each make one token request, or none where one has the newer token (case 85)', async () => {
  const { clock } = createRefusingApi()
  const tabs = createVirtualTabs(2, { clock })
  const mint = createTokenCounter()
  let asked = 0
  const sessions = tabs.map(({ lifecycle, openChannel }, index) =>
    createForageSession({
      tokenSource: async () => {
        asked += 1
        return mint()
      },
      environment: 'sandbox',
      checkoutId: 'cart-1',
      clock,
      lifecycle,
      openChannel,
      random: () => index / 2,
      fetch: async (_, init) =>
        new Headers(init?.headers).get('Authorization') === 'Bearer sandbox_token-1'
          ? refusal()
          : new Response(),
    }),
  )
  const calls = sessions.map((session) => session.fetch(address))
  await clock.advance(5000)
  expect((await Promise.all(calls)).map(({ status: code }) => code)).toEqual([200, 200])
  expect(asked).toBe(2)
})
