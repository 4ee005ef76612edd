import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount, whileTimePasses } from '../fixtures/server-fixture.ts'
import { invalidToken, oauthError, sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'

const second = 1000
const minute = 60 * second

describe('readiness after an outage', () => {
  it.each([
    ['a 503', () => new Response('', { status: 503 }), 3 * second],
    [
      'a 503 with Retry-After',
      () => new Response('', { status: 503, headers: { 'retry-after': '90' } }),
      90 * second,
    ],
    ['a 429', () => new Response('', { status: 429 }), minute],
    ['invalid_client', () => oauthError(401, 'invalid_client'), 45 * second],
    ['the limit of live tokens', () => oauthError(400, 'token_limit'), minute],
  ])(
    'an instance whose token request failed with %s is ready again at its retryAt, without a call',
    async (_what, answer, waitMs) => {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(tokenPath, answer())
      const { retryAt } = await rejection(forage.mintSessionToken({ merchantAccount }))
      expect(retryAt).toBe(clock.now() + waitMs)
      await clock.advance(waitMs - 1)
      expect(forage.health()).toMatchObject({ ready: false, pools: [{ state: 'failed', retryAt }] })
      await clock.advance(1)
      expect(forage.health().ready).toBe(true)
      expect(upstream.count(tokenPath)).toBe(1)
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      expect(forage.health()).toMatchObject({ ready: true, degraded: [], pools: [{ state: 'ready' }] })
    },
  )

  it('while the last attempt has failed and the next one is due, `degraded` says so', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, new Response('', { status: 503 }))
    await rejection(forage.mintSessionToken({ merchantAccount }))
    await clock.advance(3 * second)
    expect(forage.health().degraded).toEqual([
      'Pool "web": the last attempt failed (http_503); the next call tries again',
    ])
  })

  it('an instance is ready again when the breaker ends, without a call', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    await forage.pool('web').getToken()
    await clock.advance(minute)
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 5 }, invalidToken))
    const { retryAt } = await whileTimePasses(
      fixture,
      rejection(forage.mintSessionToken({ merchantAccount })),
    )
    expect(forage.health().ready).toBe(false)
    await clock.advance(retryAt! - clock.now())
    expect(forage.health().ready).toBe(true)
  })

  it('a configuration that Forage refuses leaves the instance unready until it restarts', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, oauthError(400, 'invalid_scope'))
    await rejection(forage.mintSessionToken({ merchantAccount }))
    await clock.advance(30 * 24 * 60 * minute)
    expect(forage.health()).toMatchObject({ ready: false, pools: [{ state: 'failed', retryAt: null }] })
  })
})
