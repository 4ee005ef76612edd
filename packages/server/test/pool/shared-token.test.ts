import { describe, expect, it } from 'vitest'

import { type ServerClock, type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

describe('one token for all callers', () => {
  it('1000 concurrent session tokens on a cold start cost one token request', async () => {
    const { forage, upstream } = createFixture()
    const mints = Array.from({ length: 1000 }, () => forage.mintSessionToken({ merchantAccount }))
    const tokens = await Promise.all(mints)
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(1000)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('1000 concurrent callers cost one read of the store', async () => {
    const store = separateStore()
    let reads = 0
    const counting = { ...store, get: (key: string) => (reads++, store.get(key)) }
    const { forage } = createFixture({ store: counting })
    await forage.pool('web').getToken()
    const { forage: sibling } = createFixture({ store: counting })
    reads = 0
    await Promise.all(Array.from({ length: 1000 }, () => sibling.pool('web').getToken()))
    expect(reads).toBe(1)
  })

  it('two instances that share a store make one token request', async () => {
    const store = separateStore()
    const clock = createVirtualClock()
    const upstream = createUpstream()
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    const tokens = [a.forage.pool('web').getToken(), b.forage.pool('web').getToken()]
    for (let i = 0; i < 20; i++) await clock.advance(50)
    const [first, second] = await Promise.all(tokens)
    expect(first).toBe(second)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('the token of an instance that paused past its lease is refused and revoked', async () => {
    const store = separateStore()
    const clock = createVirtualClock()
    const upstream = createUpstream()
    const wakeUp: (() => void)[] = []
    let swaps = 0
    const pausing: TokenStore = {
      ...store,
      cas: async (...args) => {
        // The second swap is the commit. The process pauses here.
        if (++swaps === 2) await new Promise<void>((resolve) => wakeUp.push(resolve))
        return store.cas(...args)
      },
    }
    // A paused process runs no timers.
    const paused = createFixture({ store: pausing }, upstream, createVirtualClock())
    const other = createFixture({ store }, upstream, clock)
    const late = paused.forage.pool('web').getToken()
    while (wakeUp.length === 0) await settle()
    await clock.advance(15_000)
    const current = await other.forage.pool('web').getToken()
    wakeUp[0]!()
    expect(await late).toBe(current)
    const revoked = upstream.requests.filter(({ path }) => path === revokePath)
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([upstream.issued[0]])
    expect(paused.eventsOf('authentication-token-orphaned')).toMatchObject([{ revoked: true }])
  })

  it('an abort rejects its caller only, and the token request continues', async () => {
    const { forage, upstream } = createFixture()
    const controller = new AbortController()
    const left = forage.pool('web').getToken({ signal: controller.signal })
    const stays = forage.pool('web').getToken()
    controller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    await expect(stays).resolves.toMatch(/^sandbox_/)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('each pool has its own token, requested with the credentials of the pool', async () => {
    const kiosk = { clientId: 'kiosk', clientSecret: 'kiosk-secret' }
    const { forage, upstream } = createFixture({ pools: { web: {}, kiosk: { credentials: kiosk } } })
    const [web, own] = [await forage.pool('web').getToken(), await forage.pool('kiosk').getToken()]
    expect(web).not.toBe(own)
    expect(upstream.requests.map(({ headers }) => headers.get('authorization'))[1]).toBe(
      `Basic ${btoa('kiosk:kiosk%2Dsecret')}`,
    )
  })
})

describe('renewal', () => {
  it('in the advisory period, callers get the current token while one renewal runs in the background', async () => {
    const { forage, upstream, clock } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => forage.pool('web').getToken()))
    expect(new Set(tokens)).toEqual(new Set([first]))
    await settle()
    expect(await forage.pool('web').getToken()).not.toBe(first)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('a failed advisory renewal reaches no caller and is retried after a back-off', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    const failures = [
      new Response('<html>', { status: 502 }),
      async () => Promise.reject(new TypeError('fetch failed')),
    ]
    upstream.answerNext(tokenPath, ...failures)
    for (let i = 0; i < 100; i++) {
      expect(await forage.pool('web').getToken()).toBe(first)
      await settle()
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-failed')).toMatchObject([{ code: 'http_502', covered: true }])
    expect(forage.health()).toMatchObject({ ready: true, degraded: [expect.stringContaining('http_502')] })
  })

  it('callers wait for a new token if a session token would live longer than the current one', async () => {
    const { forage, upstream, clock } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(7 * day - 900_000)
    expect(await forage.pool('web').getToken()).not.toBe(first)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('no timer is pending for a renewal', async () => {
    const { forage, clock } = createFixture({ pools: { web: { lifetimeSeconds: 2_592_000 } } })
    await forage.mintSessionToken({ merchantAccount })
    expect(clock.pending()).toBe(0)
  })
})

describe('requests with separate I/O contexts', () => {
  it('with `waitUntil`, requests do not await each other and still mint once', async () => {
    const clock = createVirtualClock()
    let isFirst = true
    const ending: ServerClock = {
      ...clock,
      // Timers and promises of an ended context never run.
      setTimeout: (run, ms) => clock.setTimeout(isFirst && ms === 10_000 ? () => {} : run, ms),
    }
    const { forage, upstream } = createFixture(
      { waitUntil: () => {}, clock: ending },
      createUpstream(),
      clock,
    )
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    forage
      .pool('web')
      .getToken()
      .catch(() => {})
    while (upstream.count(tokenPath) === 0) await settle()
    isFirst = false
    const others = Promise.all(Array.from({ length: 20 }, () => forage.pool('web').getToken()))
    for (let i = 0; i < 45; i++) await clock.advance(500)
    expect(new Set(await others).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('createForageServer throws if `waitUntil` is not a function', () => {
    expect(() => createFixture({ waitUntil: 'yes' as never })).toThrow('"waitUntil"')
  })

  it('with `waitUntil`, a background renewal is passed to the platform', async () => {
    const background: Promise<unknown>[] = []
    const { forage, upstream, clock } = createFixture({ waitUntil: (work) => void background.push(work) })
    const token = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    expect(await forage.pool('web').getToken()).toBe(token)
    // The caller of the first mint waited for it, but could have left.
    expect(background).toHaveLength(2)
    await Promise.all(background)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
