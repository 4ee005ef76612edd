import { describe, expect, it } from 'vitest'

import { fingerprint, type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000

const minute = 60 * second

const day = 24 * 60 * minute

describe('a store that goes down during a mint', () => {
  it('a token that was minted when the store went down is kept and stored later', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    upstream.answerNext(tokenPath, async () => {
      store.state = 'refuses'
      return upstream.issue()
    })
    const token = await forage.pool('web').getToken()
    expect(token).toBe(upstream.issued[0])
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.pool('web').status()).toMatchObject({
      state: 'ready',
      fingerprint: fingerprint(token),
      unknown: 0,
    })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a commit whose answer is lost stores the token once', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({
      store: {
        ...store,
        // The commit arrives at the store, but its answer is lost.
        cas: async (...args) => {
          const result = await store.cas(...args)
          return upstream.count(tokenPath) === 1 && clock.now() === startedAt ? new Promise(() => {}) : result
        },
      },
    })
    const startedAt = clock.now()
    const token = forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    await settle()
    await clock.advance(500)
    expect(await token).toBe(upstream.issued[0])
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[0])
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0, unknown: 0 })
    expect(upstream.count(revokePath)).toBe(0)
  })

  it('a swap that a reconnect sends again is one change', async () => {
    const store = separateStore()
    const { forage, upstream } = createFixture({
      store: {
        ...store,
        cas: async (...args) => {
          await store.cas(...args)
          return store.cas(...args)
        },
      },
    })
    await forage.pool('web').getToken()
    expect(upstream.count(tokenPath)).toBe(1)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0 })
  })

  it('instances recover after the store lost its last write', async () => {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    let key = ''
    const older = new Map<string, string>()
    const failingOver: TokenStore = {
      ...store,
      get: async (name) => {
        key = name
        return store.get(name)
      },
    }
    const { forage } = createFixture({ store: failingOver }, upstream, clock)
    await forage.pool('web').getToken()
    older.set(key, (await store.get(key))!.value)
    await forage.pool('web').rotate()
    const { version } = (await store.get(key))!
    await store.cas(key, version, older.get(key)!, { nextVersion: 'after-failover', ttlMs: day })
    await clock.advance(minute)
    await forage.pool('web').rotate()
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[2])
  })
})

describe('change notifications', () => {
  it('a change notification ends the wait for a mint and invalidates the memory', async () => {
    const listeners = new Set<(key: string) => void>()
    const store: TokenStore = {
      ...separateStore(),
      publish: async (key) => listeners.forEach((listener) => listener(key)),
      subscribe: async (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    let issue = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (issue = () => resolve(upstream.issue()))))
    const first = a.forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    const waiting = b.forage.pool('web').getToken()
    await settle()
    issue()
    // No time passes, so no instance polls.
    expect(await waiting).toBe(await first)
    await a.forage.pool('web').freeze({ reason: 'now' })
    await settle()
    await expect(b.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    await Promise.all([a.forage.close(), b.forage.close()])
    expect(listeners.size).toBe(0)
    expect(clock.pending()).toBe(0)
  })

  it('without change notifications, an instance finds the token by polling', async () => {
    const store: TokenStore = {
      ...separateStore(),
      publish: () => Promise.reject(new Error('gone')),
      subscribe: () => Promise.reject(new Error('gone')),
    }
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    const tokens = Promise.all([a.forage.pool('web').getToken(), b.forage.pool('web').getToken()])
    for (let i = 0; i < 20; i++) await clock.advance(50)
    expect(new Set(await tokens).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(1)
  })
})
