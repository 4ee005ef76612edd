import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { createSilentUpstream, createUpstream, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

describe('a mint with unknown outcome', () => {
  it.each([
    ['no answer within the deadline', (): Promise<Response> => new Promise(() => {})],
    ['a broken connection', () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET' }))],
    [
      'an answer that breaks off',
      async () =>
        new Response(
          new ReadableStream({
            start: (body) => body.enqueue(new TextEncoder().encode('{"access_')),
            pull: (body) => body.error(new TypeError('terminated')),
          }),
        ),
    ],
  ])(
    'a mint with unknown outcome counts as a live token until it would have expired (%s)',
    async (_what, answer) => {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(tokenPath, answer)
      const waiting = rejection(forage.pool('web').getToken())
      while (upstream.count(tokenPath) === 0) await settle()
      await clock.advance(10_000)
      await waiting
      expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 1 })
      await clock.advance(8 * day)
      await forage.pool('web').getToken()
      expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0 })
    },
  )

  it('a token request that was refused, redirected or never sent, or whose answer is complete, is no mint with unknown outcome', async () => {
    const failed = (code: string) => () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }))
    const redirect = { status: 301, headers: { location: 'https://elsewhere.example/' } }
    for (const answer of [
      failed('ECONNREFUSED'),
      failed('SELF_SIGNED_CERT_IN_CHAIN'),
      failed('ENOTFOUND'),
      failed('UND_ERR_CONNECT_TIMEOUT'),
      async () => new Response('', { status: 503 }),
      async () => new Response('', redirect),
      async () => new Response('<h1>We are back soon</h1>'),
      async () => new Response(''),
      async () => Response.json({ error: 'oops' }),
      async () => new Response('x'.repeat(70_000)),
    ]) {
      const { forage, upstream } = createFixture()
      upstream.answerNext(tokenPath, answer)
      expect((await rejection(forage.pool('web').getToken())).code).toBe('upstream_unavailable')
      expect(forage.pool('web').status().unknown).toBe(0)
    }
  })

  it('a token request that waits in the upstream limit is no mint with unknown outcome', async () => {
    const upstreamLimit = { requests: 1, perMs: 60_000, queueMs: 60_000 }
    const { forage, upstream, clock } = createFixture({ upstreamLimit, pools: { web: {}, ios: {} } })
    await forage.pool('web').getToken()
    const waiting = rejection(forage.pool('ios').getToken())
    // The limit would send it after a minute. The key of its slot is hashed on another thread, so the start varies.
    for (let i = 0; i < 40; i++) {
      await settle()
      await clock.advance(500)
    }
    expect((await waiting).code).toBe('upstream_unavailable')
    expect(forage.pool('ios').status()).toMatchObject({ state: 'failed', unknown: 0 })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a process that crashes while it holds the lease leaves a mint with unknown outcome', async () => {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const silent = createSilentUpstream()
    const dying = createFixture({ store, fetch: silent.fetch }, upstream, createVirtualClock())
    dying.forage
      .pool('web')
      .getToken()
      .catch(() => {})
    await silent.requested
    const { forage } = createFixture({ store }, upstream, clock)
    const waiting = forage.pool('web').getToken()
    for (let i = 0; i < 40; i++) await clock.advance(500)
    await waiting
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 1 })
  })
})
