import { describe, expect, it } from 'vitest'

import { createHandler } from '../endpoint/endpoint-fixture.ts'
import { rejection } from '../fixtures/rejections.ts'
import {
  createFixture,
  createFleet,
  merchantAccount,
  type ServerFixture,
} from '../fixtures/server-fixture.ts'
import { revokePath, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'

const second = 1000
const minute = 60 * second
const other = 'mid/987zy65x43'

function waiting(status: number, retryAfter?: string, date?: string): Response {
  const headers = new Headers()
  if (retryAfter !== undefined) headers.set('retry-after', retryAfter)
  if (date !== undefined) headers.set('date', date)
  return new Response('', { status, headers })
}

describe('a 429 of the session-token endpoint', () => {
  it('a 429 holds back session tokens of every merchant, token requests and calls until its time', async () => {
    const { forage, upstream, clock } = createFixture({ pools: { web: {}, ios: {} } })
    await forage.mintSessionToken({ merchantAccount })
    upstream.answerNext(sessionTokenPath, waiting(429, '7'))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    const retryAt = clock.now() + 7 * second
    expect(error).toMatchObject({ code: 'upstream_throttled', status: 429, retryAt })
    const { length } = upstream.requests
    const held = { code: 'upstream_throttled', retryAt }
    expect(await rejection(forage.mintSessionToken({ merchantAccount: other }))).toMatchObject(held)
    expect(await rejection(forage.fetch('/api/payments/'))).toMatchObject(held)
    expect(await rejection(forage.pool('ios').getToken())).toMatchObject(held)
    await clock.advance(7 * second - 1)
    await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(upstream.requests).toHaveLength(length)
    expect(forage.health()).toMatchObject({ ready: false, pools: [{ state: 'ready' }, { state: 'failed' }] })
    await clock.advance(1)
    await expect(forage.mintSessionToken({ merchantAccount: other })).resolves.toBeDefined()
    await expect(forage.pool('ios').getToken()).resolves.toBeDefined()
  })

  it('while Forage limits requests, `degraded` says until when', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, waiting(429))
    await rejection(forage.mintSessionToken({ merchantAccount }))
    const until = new Date(clock.now() + minute).toISOString()
    expect(forage.health()).toMatchObject({
      ready: true,
      degraded: [`Forage limits requests until ${until}`],
    })
    await clock.advance(minute)
    expect(forage.health().degraded).toEqual([])
  })

  it.each([
    ['1.5', 1.5 * second],
    ['86400', 60 * minute],
    ['soon', minute],
    [undefined, minute],
  ])('a 429 with Retry-After %s holds back requests for %i ms', async (value, ms) => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, waiting(429, value))
    const { retryAt } = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(retryAt! - clock.now()).toBe(ms)
  })

  it("a date in Retry-After counts from the answer's own Date, however wrong the clocks are", async () => {
    const { forage, upstream, clock } = createFixture()
    const [date, until] = ['Tue, 01 Jan 2030 00:00:00 GMT', 'Tue, 01 Jan 2030 00:00:20 GMT']
    upstream.answerNext(sessionTokenPath, waiting(429, until, date))
    const { retryAt } = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(retryAt! - clock.now()).toBe(20 * second)
  })

  it('the revocation of a leaked token does not wait', async () => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    upstream.answerNext(sessionTokenPath, waiting(429, '600'))
    await rejection(forage.mintSessionToken({ merchantAccount }))
    const { tokens } = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(tokens).toMatchObject([{ revoked: true }])
    expect(upstream.count(revokePath)).toBe(1)
  })
})

describe('a 503 of the session-token endpoint', () => {
  it('a 503 with Retry-After holds back its merchant only', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, waiting(503, '30'))
    const retryAt = clock.now() + 30 * second
    const held = { code: 'upstream_unavailable', status: 503, retryAt }
    expect(await rejection(forage.mintSessionToken({ merchantAccount }))).toMatchObject(held)
    expect(await rejection(forage.mintSessionToken({ merchantAccount }))).toMatchObject(held)
    expect(upstream.count(sessionTokenPath)).toBe(1)
    await expect(forage.mintSessionToken({ merchantAccount: other })).resolves.toBeDefined()
    expect((await forage.fetch('/api/payments/')).status).toBe(200)
    await clock.advance(30 * second)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })

  it('the endpoint passes the time on as Retry-After, which counts down', async () => {
    const fixture = createFixture()
    const { handle, upstream, clock } = createHandler({}, fixture)
    upstream.answerNext(sessionTokenPath, waiting(503, '30'))
    expect((await handle()).headers.get('retry-after')).toBe('30')
    await clock.advance(12 * second)
    const response = await handle()
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '18'])
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('a 503 without Retry-After holds nothing back', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, waiting(503))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error.retryAt).toBe(clock.now() + second)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })
})

describe('Retry-After of the token endpoint', () => {
  it.each([429, 503])(
    'a %i of the token endpoint is waited for exactly, by all instances',
    async (status) => {
      const fleet = createFleet(2)
      const [a, b] = fleet as [ServerFixture, ServerFixture]
      a.upstream.answerNext(tokenPath, waiting(status, '120'))
      const retryAt = a.clock.now() + 120 * second
      for (const { forage } of fleet)
        expect(await rejection(forage.pool('web').getToken())).toMatchObject({ retryAt, status })
      await a.clock.advance(120 * second - 1)
      expect(await rejection(b.forage.pool('web').getToken())).toMatchObject({ retryAt })
      expect(a.upstream.count(tokenPath)).toBe(1)
      await a.clock.advance(1)
      await expect(b.forage.pool('web').getToken()).resolves.toBeDefined()
    },
  )

  it('without Retry-After, `retryAt` is the time of the next request, however long the back-off is', async () => {
    const { forage, upstream, clock } = createFixture()
    const down = async (): Promise<Response> => {
      upstream.answerNext(tokenPath, down)
      return waiting(500)
    }
    upstream.answerNext(tokenPath, down)
    for (let i = 0; i < 10; i++) {
      const sent = upstream.count(tokenPath)
      const { retryAt } = await rejection(forage.pool('web').getToken())
      expect(upstream.count(tokenPath)).toBe(sent + 1)
      await clock.advance(retryAt! - clock.now() - 1)
      await rejection(forage.pool('web').getToken())
      expect(upstream.count(tokenPath)).toBe(sent + 1)
      await clock.advance(1)
    }
  })

  it('a 429 of the token endpoint holds back the token requests of every pool, but no caller with a token', async () => {
    const { forage, upstream, clock } = createFixture({ pools: { web: {}, ios: {}, kiosk: {} } })
    await forage.pool('web').getToken()
    upstream.answerNext(tokenPath, waiting(429, '60'))
    await rejection(forage.pool('ios').getToken())
    expect(await rejection(forage.pool('kiosk').getToken())).toMatchObject({
      code: 'upstream_throttled',
      retryAt: clock.now() + minute,
    })
    expect(upstream.count(tokenPath)).toBe(2)
    await expect(forage.mintSessionToken({ pool: 'web', merchantAccount })).resolves.toBeDefined()
  })
})
