import { describe, expect, it } from 'vitest'

import { fingerprint, type ServerClock } from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  createUpstream,
  invalidToken,
  oauthError,
  revokePath,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000

const minute = 60 * second

const day = 24 * 60 * minute

describe('a running instance during a store outage', () => {
  it('during a store outage, a running instance serves its token until the mandatory point, and is ready and degraded', async () => {
    const store = breakableStore()
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const token = await forage.pool('web').getToken()
    store.state = 'refuses'
    for (let i = 0; i < 13; i++) {
      await clock.advance(day / 2)
      expect(await forage.pool('web').getToken()).toBe(token)
      await settle()
    }
    expect(forage.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the token store does not answer'],
      pools: [{ state: 'ready' }],
    })
    expect(upstream.count(tokenPath)).toBe(1)
    expect(eventsOf('store-unavailable')).toHaveLength(1)
  })

  it('while the store hangs, no caller waits for it, and it is tried once a second', async () => {
    const store = breakableStore()
    const { forage, clock } = createFixture({ store })
    await forage.pool('web').getToken()
    store.state = 'hangs'
    await clock.advance(31 * second)
    const first = forage.pool('web').getToken()
    await settle()
    await clock.advance(500)
    await first
    store.operations = 0
    for (let i = 0; i < 100; i++) {
      // Resolves before any time passes.
      await forage.pool('web').getToken()
      await clock.advance(100)
    }
    expect(store.operations).toBeLessThan(12)
    store.state = 'up'
    await clock.advance(1500)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.health().degraded).toEqual([])
    expect(clock.pending()).toBe(0)
  })

  it('during a store outage, a running instance mints a private token at the mandatory point', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    const token = await forage.pool('web').getToken()
    store.state = 'refuses'
    await clock.advance(7 * day - 16 * minute)
    const own = await forage.pool('web').getToken()
    expect(own).not.toBe(token)
    expect(await forage.pool('web').getToken()).toBe(own)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('during a store outage, a running instance replaces a refused token with a private one', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    store.state = 'refuses'
    await clock.advance(minute)
    upstream.revokeAll()
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('a cold instance during a store outage', () => {
  it('during a store outage, a cold instance mints one private token with a lifetime of one day', async () => {
    for (const state of ['refuses', 'hangs'] as const) {
      const store = breakableStore()
      store.state = state
      const { forage, upstream, clock } = createFixture({ store })
      const waiting = Promise.all(
        Array.from({ length: 100 }, () => forage.mintSessionToken({ merchantAccount })),
      )
      while (store.operations === 0) await settle()
      await clock.advance(500)
      await waiting
      for (let i = 0; i < 20; i++) {
        await clock.advance(minute)
        await forage.mintSessionToken({ merchantAccount })
      }
      expect(upstream.count(tokenPath)).toBe(1)
      const [request] = upstream.requests
      expect(new URLSearchParams(request!.body).get('expiration_time')).toBe('86400')
      expect(forage.health()).toMatchObject({ ready: true, pools: [{ state: 'degraded' }] })
      expect(forage.health().degraded).toEqual(['Pool "web": the token store does not answer'])
    }
  })

  it('during a store outage, a cold instance mints one private token for each pool', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream } = createFixture({ store, pools: { web: {}, ios: {} } })
    for (let i = 0; i < 3; i++) for (const pool of ['web', 'ios']) await forage.pool(pool).getToken()
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('when the store returns, the private token becomes the shared token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    const { forage: sibling } = createFixture({ store }, upstream, clock)
    expect(await sibling.pool('web').getToken()).toBe(own)
    expect(eventsOf('authentication-token-adopted')).toMatchObject([
      { fingerprint: fingerprint(own), isCurrent: true },
    ])
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('when the store returns, an instance without callers stores its private token, so that others can revoke it', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    await clock.advance(minute)
    expect(eventsOf('authentication-token-adopted')).toEqual([])
    store.state = 'up'
    await clock.advance(10 * second)
    expect(eventsOf('authentication-token-adopted')).toMatchObject([{ isCurrent: true }])
    expect(clock.pending()).toBe(0)
    const sibling = createFixture({ store }, upstream, clock)
    const report = await sibling.forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.tokens).toMatchObject([{ fingerprint: fingerprint(own), revoked: true }])
  })

  it('an instance that closes stores its private token if the store answers', async () => {
    for (const state of ['up', 'refuses'] as const) {
      const store = breakableStore()
      store.state = 'refuses'
      const { forage, upstream, clock } = createFixture({ store })
      const own = await forage.pool('web').getToken()
      store.state = state
      await forage.close()
      expect(clock.pending()).toBe(0)
      expect(upstream.count(revokePath)).toBe(0)
      store.state = 'up'
      const sibling = createFixture({ store }, upstream, clock)
      const isLeft = (await sibling.forage.pool('web').getToken()) === own
      expect({ state, isLeft }).toEqual({ state, isLeft: state === 'up' })
    }
  })

  it('when the store returns with another token, the private token drains', async () => {
    const store = breakableStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const running = createFixture({ store }, upstream, clock)
    const shared = await running.forage.pool('web').getToken()
    store.state = 'refuses'
    const cold = createFixture({ store }, upstream, clock)
    const own = await cold.forage.pool('web').getToken()
    expect(own).not.toBe(shared)
    store.state = 'up'
    await clock.advance(2 * second)
    await cold.forage.pool('web').getToken()
    await settle()
    expect(await cold.forage.pool('web').getToken()).toBe(shared)
    expect(cold.eventsOf('authentication-token-adopted')).toMatchObject([{ isCurrent: false }])
    expect(upstream.count(revokePath)).toBe(0)
    await clock.advance(17 * minute)
    await running.forage.pool('web').getToken()
    await settle()
    const [request] = upstream.requests.filter(({ path }) => path === revokePath)
    expect(new URLSearchParams(request!.body).get('token')).toBe(own)
  })

  it('a failed private mint rejects all callers with the same error until the back-off ends', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    for (let i = 0; i < 5; i++) {
      await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'credentials_rejected' })
    }
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(minute)
    await expect(forage.pool('web').getToken()).resolves.toBeDefined()
  })

  it('during a store outage, a failed private mint makes an instance not ready until its retry time', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, oauthError(503, 'unavailable'))
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(forage.health()).toMatchObject({
      ready: false,
      degraded: ['Pool "web": the token store does not answer'],
      pools: [{ state: 'failed', code: 'unavailable', retryAt: clock.now() + 3 * second }],
    })
    await clock.advance(3 * second)
    // A load balancer sends no request to an instance that is not ready, so it would never try again.
    expect(forage.health().ready).toBe(true)
    await forage.pool('web').getToken()
    expect(forage.health()).toMatchObject({ ready: true, pools: [{ state: 'degraded' }] })
  })

  it('an instance does not mint a second private token when the API refuses the first', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock } = createFixture({ store })
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    upstream.revokeAll()
    for (let i = 0; i < 5; i++) {
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
        code: 'upstream_unavailable',
      })
    }
    expect(upstream.count(tokenPath)).toBe(1)
    // Two mints, and the probe after the refused one.
    expect(upstream.count(sessionTokenPath)).toBe(3)
  })

  it('a registration that fails does not end the back-off of a private token that was refused meanwhile', async () => {
    const store = breakableStore()
    store.state = 'hangs'
    const { forage, upstream, clock } = createFixture({ store })
    const first = forage.pool('web').getToken()
    while (store.operations === 0) await settle()
    await clock.advance(second)
    await first
    await clock.advance(8 * second)
    let refuse = (): void => {}
    upstream.answerNext(
      sessionTokenPath,
      () => new Promise((resolve) => (refuse = () => resolve(invalidToken()))),
    )
    const mint = (): Promise<unknown> => forage.mintSessionToken({ merchantAccount }).catch((error) => error)
    const refused = mint()
    while (upstream.count(sessionTokenPath) === 0) await settle()
    // The timer begins the registration 10 s after the mint, and the store gets 500 ms.
    await clock.advance(1.7 * second)
    upstream.revokeAll()
    refuse()
    await settle()
    await clock.advance(second)
    expect(await refused).toMatchObject({ code: 'upstream_unavailable' })
    const next = mint()
    await settle()
    await clock.advance(second)
    expect(await next).toMatchObject({ code: 'upstream_unavailable' })
    expect(upstream.count(tokenPath)).toBe(1)
  })
})

describe('with `waitUntil` during a store outage', () => {
  it('with `waitUntil`, a cold instance makes one private token request, whether it succeeds or fails', async () => {
    for (const answer of [undefined, oauthError(500, 'server_error')]) {
      const store = breakableStore()
      store.state = 'refuses'
      const { forage, upstream, clock } = createFixture({ store, waitUntil: () => {} })
      let reply = (): void => {}
      upstream.answerNext(
        tokenPath,
        () => new Promise((resolve) => (reply = () => resolve(answer ?? upstream.issue()))),
      )
      const calls = Promise.allSettled(Array.from({ length: 50 }, () => forage.pool('web').getToken()))
      while (upstream.count(tokenPath) === 0) await settle()
      await clock.advance(2 * second)
      reply()
      await settle()
      await clock.advance(second)
      const outcomes = (await calls).map(({ status }) => status)
      expect(new Set(outcomes)).toEqual(new Set([answer ? 'rejected' : 'fulfilled']))
      expect(upstream.count(tokenPath)).toBe(1)
    }
  })

  it('with `waitUntil`, the next caller mints if the platform ended the request that was minting', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const clock = createVirtualClock()
    let isFirst = true
    const ending: ServerClock = {
      ...clock,
      // Timers and promises of an ended context never run.
      setTimeout: (run, ms) => clock.setTimeout(isFirst && ms === 10_000 ? () => {} : run, ms),
    }
    const options = { store, waitUntil: () => {}, clock: ending }
    const { forage, upstream } = createFixture(options, createUpstream(), clock)
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    const first = forage.pool('web').getToken()
    first.catch(() => {})
    while (upstream.count(tokenPath) === 0) await settle()
    isFirst = false
    const others = Promise.all(Array.from({ length: 20 }, () => forage.pool('web').getToken()))
    await clock.advance(15 * second)
    expect(new Set(await others).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
