import { describe, expect, test } from 'vitest'

import { createForageSession, type TokenSource } from '../../src/index.ts'
import { createVirtualTabs } from '../../src/testing/index.ts'
import { api, createRefusingApi, createTokenCounter, expired, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`

/** Returns a first token, which the API rejects, then the given faults, then new tokens again. */
function faultySource(...faults: (() => Response | Promise<never>)[]): TokenSource {
  const mint = createTokenCounter()
  let requests = 0
  return async () => (requests++ > 0 ? await (faults.shift() ?? mint)() : mint())
}

const status =
  (code: number, headers = {}) =>
  () =>
    new Response(null, { status: code, headers })

describe('a token request that fails after a 401', () => {
  test.each<[string, () => Response | Promise<never>]>([
    ['500', status(500)],
    ['401 for a signed-out customer', status(401)],
    ['429', status(429)],
    ['an HTML page', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['no network', () => Promise.reject(new TypeError('fetch failed'))],
  ])(
    'if the token request after a 401 fails (%s), the caller gets the original 401, body unread',
    async (_, fault) => {
      const answer = Response.json(expired, { status: 401, headers: { 'X-Request-Id': 'r-1' } })
      const { session, sent, types } = createRefusingApi({ tokenSource: faultySource(fault) }, [() => answer])
      const response = await session.fetch(address)
      expect(response).toBe(answer)
      expect([response.bodyUsed, response.headers.get('X-Request-Id')]).toEqual([false, 'r-1'])
      await expect(response.json()).resolves.toEqual(expired)
      expect(sent).toHaveLength(1)
      expect(types()).toContain('token-failed')
    },
  )

  test('if no token is available, fetch rejects with an error that no outer client mistakes for a network error', async () => {
    const { session, sent } = createRefusingApi({
      tokenSource: () => Promise.reject(new TypeError('fetch failed')),
    })
    const error: unknown = await session.fetch(address).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ForageSessionError', code: 'endpoint_unreachable' })
    expect(error).not.toBeInstanceOf(TypeError)
    expect((error as Error).message).not.toMatch(/^(fetch failed|Failed to fetch|Load failed)/)
    expect(sent).toEqual([])
  })

  test('after a failed token request, later calls send no other one until the back-off is over', async () => {
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

  test('a 429 with Retry-After: 30 delays the next token request by 30 s, but no caller waits for it', async () => {
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
  test('an early renewal that fails leaves the token usable until it expires', async () => {
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
    'a device clock that is wrong by %i ms causes no token request',
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

  test('a token without lifetime information lives for the fallback, and an earlier 401 is handled as usual', async () => {
    const { clock, session, tokens, tokenRequests } = createRefusingApi({ fallbackLifetimeMs: 60_000 })
    await session.fetch(address)
    expect(tokenRequests()).toBe(2)
    await clock.advance(120_000)
    await session.fetch(address)
    expect(tokens().at(-1)).toBe(`Bearer sandbox_token-${tokenRequests()}`)
  })

  test('after two hours of sleep the first request waits for a new token and is sent once', async () => {
    const { clock, session, sent, tokenRequests } = createRefusingApi({}, [() => new Response()])
    await session.fetch(address)
    clock.sleep(7_200_000)
    await expect(session.fetch(address)).resolves.toMatchObject({ status: 200 })
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
    expect(sent[1]!.headers.get('Authorization')).toBe('Bearer sandbox_token-2')
  })
})

test('two tabs with a 401 each make one token request, or no request if one has the newer token', async () => {
  const { clock } = createRefusingApi()
  const tabs = createVirtualTabs(2, { clock })
  const mint = createTokenCounter()
  let requests = 0
  const sessions = tabs.map(({ lifecycle, openChannel }, index) =>
    createForageSession({
      tokenSource: async () => {
        requests += 1
        return mint()
      },
      environment: 'sandbox',
      checkoutId: 'cart-1',
      platform: { clock, lifecycle, openChannel, random: () => index / 2 },
      fetch: async (_, init) =>
        new Headers(init?.headers).get('Authorization') === 'Bearer sandbox_token-1'
          ? refusal()
          : new Response(),
    }),
  )
  const calls = sessions.map((session) => session.fetch(address))
  await clock.advance(5000)
  expect((await Promise.all(calls)).map(({ status: code }) => code)).toEqual([200, 200])
  expect(requests).toBe(2)
})
