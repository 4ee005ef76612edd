import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { invalidToken, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

describe('a 401 of the API', () => {
  it('a revoked token is replaced once for all callers', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(60_000)
    upstream.revokeAll()
    await Promise.all(Array.from({ length: 20 }, () => forage.mintSessionToken({ merchantAccount })))
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-invalidated')).toHaveLength(1)
  })

  it('a late 401 about a token that was replaced meanwhile mints nothing', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    let refuseLate: (response: Response) => void = () => {}
    upstream.answerNext('/api/late/', () => new Promise((resolve) => (refuseLate = resolve)))
    const late = forage.fetch('/api/late/')
    while (upstream.count('/api/late/') === 0) await settle()
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    refuseLate(invalidToken())
    expect((await late).status).toBe(200)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('a 401 about a token that was just minted does not mint another one', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, invalidToken())
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', status: 401, retryAt: clock.now() + 10_000 })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a 401 about the replacement stops all callers for 45 seconds', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken())
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryAt: clock.now() + 45_000 })
    await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(upstream.count(sessionTokenPath)).toBe(2)
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toHaveLength(1)
    await clock.advance(45_000)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })
})
