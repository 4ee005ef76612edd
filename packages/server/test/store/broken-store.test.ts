import { describe, expect, it } from 'vitest'

import { memoryStore, type StoredValue, type TokenStore } from '../../src/index.ts'
import type { Sealer } from '../../src/store/sealing.ts'
import { codeOf, rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount, whileTimePasses } from '../fixtures/server-fixture.ts'
import { createUpstream, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const hanging = <T>(): Promise<T> => new Promise(() => {})

describe('a store that refuses every swap', () => {
  function conflicting(): TokenStore & { swaps: number } {
    const store = {
      capabilities: { atomic: true } as const,
      swaps: 0,
      get: async (): Promise<StoredValue | null> => null,
      cas: async () => {
        store.swaps += 1
        return { ok: false as const, current: null }
      },
    }
    return store
  }

  it('an emergency call rejects with store_unavailable after a bounded number of swaps', async () => {
    const store = conflicting()
    const { forage } = createFixture({ store })
    const error = await rejection(forage.pool('web').freeze({ reason: 'a test' }))
    expect(error.code).toBe('store_unavailable')
    expect(String(error.cause)).toContain('CONFLICT')
    expect(store.swaps).toBeLessThanOrEqual(100)
  })

  it('checkouts continue as in an outage, with one private token', async () => {
    const { forage, upstream, eventsOf } = createFixture({ store: conflicting() })
    for (let i = 0; i < 3; i++) await forage.mintSessionToken({ merchantAccount })
    expect(upstream.count(tokenPath)).toBe(1)
    expect(eventsOf('store-unavailable')).toHaveLength(1)
  })
})

it('a swap that is lost to other instances many times is retried', async () => {
  const inner = memoryStore({ singleInstance: true })
  let losses = 50
  const store: TokenStore = {
    ...inner,
    cas: async (key, ...swap) =>
      losses-- > 0 ? { ok: false, current: await inner.get(key) } : inner.cas(key, ...swap),
  }
  const { forage } = createFixture({ store })
  await forage.pool('web').freeze({ reason: 'a test' })
  expect(forage.pool('web').status().state).toBe('frozen')
})

describe('close with a store that never answers', () => {
  it.each([
    ['before any call', async () => {}],
    ['after a call', async (token: Promise<unknown>) => void (await token)],
  ])('close settles %s', async (_, called) => {
    const store = breakableStore()
    const fixture = createFixture({ store })
    await called(fixture.forage.pool('web').getToken())
    store.state = 'hangs'
    await whileTimePasses(fixture, fixture.forage.close())
    expect(fixture.clock.pending()).toBe(0)
  })

  it('close settles while a cold call waits for the store', async () => {
    const store = breakableStore()
    store.state = 'hangs'
    const fixture = createFixture({ store })
    const calling = codeOf(fixture.forage.mintSessionToken({ merchantAccount }))
    await whileTimePasses(fixture, fixture.forage.close())
    expect(await calling).toBeUndefined()
    expect(fixture.clock.pending()).toBe(0)
  })

  it.each([
    ['`subscribe`', hanging<() => void>],
    ['the end of a subscription', async () => hanging],
  ])('close settles if %s never answers', async (_, subscribe) => {
    const fixture = createFixture({ store: { ...memoryStore({ singleInstance: true }), subscribe } })
    await fixture.forage.pool('web').getToken()
    await whileTimePasses(fixture, fixture.forage.close())
    expect(fixture.clock.pending()).toBe(0)
  })

  it('a subscription that begins only after close is ended at once', async () => {
    let isEnded = false
    let begin: (unsubscribe: () => void) => void = () => {}
    const subscribe = (): Promise<() => void> => new Promise((resolve) => (begin = resolve))
    const fixture = createFixture({ store: { ...memoryStore({ singleInstance: true }), subscribe } })
    await fixture.forage.pool('web').getToken()
    await whileTimePasses(fixture, fixture.forage.close())
    begin(() => (isEnded = true))
    await settle()
    expect(isEnded).toBe(true)
  })
})

it.each(['seal', 'open'] as const)(
  'a sealer whose `%s` never answers is a store that is down',
  async (method) => {
    const sealer: Sealer = { seal: async (text) => text, open: async (text) => text, [method]: hanging }
    const store = { ...memoryStore({ singleInstance: true }), sealer }
    const [clock, upstream] = [createVirtualClock(), createUpstream()]
    const instances = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    for (const instance of instances) {
      const minting = instance.forage.mintSessionToken({ merchantAccount })
      expect((await whileTimePasses(instance, minting)).token).toMatch(/^sandbox_/)
    }
    const outages = instances.flatMap(({ eventsOf }) => eventsOf('store-unavailable'))
    expect(outages.length).toBeGreaterThan(0)
  },
)
