import { describe, expect, it } from 'vitest'

import { codeOf } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { tokenPath } from '../fixtures/upstream-stub.ts'

describe('the option upstreamLimit', () => {
  const upstreamLimit = { requests: 4, perMs: 60_000, queueMs: 2000 }

  it('upstreamLimit counts every request to Forage and sends none above the limit', async () => {
    const { forage, upstream, clock } = createFixture({ upstreamLimit })
    for (let i = 0; i < 3; i++) await forage.mintSessionToken({ merchantAccount })
    await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
      code: 'upstream_throttled',
      retryable: true,
      retryAt: clock.now() + 60_000,
    })
    expect(upstream.requests).toHaveLength(4)
    await clock.advance(60_000)
    await forage.mintSessionToken({ merchantAccount })
  })

  it('with upstreamLimit, server-side calls leave two thirds of the requests to session tokens', async () => {
    const { forage } = createFixture({ upstreamLimit: { ...upstreamLimit, requests: 6 } })
    for (let i = 0; i < 2; i++) await forage.fetch('/api/payments/')
    await expect(forage.fetch('/api/payments/')).rejects.toMatchObject({ code: 'upstream_throttled' })
    for (let i = 0; i < 3; i++) await forage.mintSessionToken({ merchantAccount })
  })

  it('with upstreamLimit, the 15 minutes of a queued session token begin when its request is sent', async () => {
    const { forage, clock } = createFixture({ upstreamLimit: { ...upstreamLimit, requests: 2 } })
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(59_000)
    const waiting = forage.mintSessionToken({ merchantAccount })
    await clock.advance(1000)
    expect((await waiting).expiresAt).toBe(clock.now() + 900_000)
    expect(clock.pending()).toBe(0)
  })

  it('with an exhausted upstreamLimit, a token request fails as throttled and is no mint with unknown outcome', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture({
      upstreamLimit: { requests: 1, perMs: 60_000, queueMs: 0 },
      pools: { web: {}, ios: {} },
    })
    await forage.pool('web').getToken()
    const other = forage.pool('ios').getToken()
    expect(await codeOf(other)).toBe('upstream_throttled')
    expect(eventsOf('authentication-token-failed')).toMatchObject([
      { kind: 'throttled', code: 'upstream_limit', retryAt: clock.now() + 60_000 },
    ])
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(60_000)
    await forage.pool('ios').getToken()
  })

  it('with an exhausted upstreamLimit, the endpoint answers 503 with Retry-After', async () => {
    const { forage } = createFixture({ upstreamLimit: { requests: 1, perMs: 60_000, queueMs: 0 } })
    await forage.pool('web').getToken()
    const authorize = () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount })
    const handler = forage.sessionTokenHandler({ authorize })
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const response = await handler(new Request('https://shop.example/token', { method: 'POST', headers }))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await response.json()).toMatchObject({ code: 'upstream_throttled' })
  })
})
