import { describe, expect, it } from 'vitest'

import type { TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, type ServerFixture } from '../fixtures/server-fixture.ts'
import { createUpstream, tokenPath, type UpstreamStub } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle, type VirtualClock } from '../fixtures/virtual-clock.ts'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

/** Creates a store that answers the first read only after `ms`, with what it held at the time of the read. */
function slow(store: TokenStore, clock: VirtualClock, ms: number): TokenStore & { hasRead: boolean } {
  const slowStore = {
    ...store,
    timeoutMs: minute,
    hasRead: false,
    get: async (key: string) => {
      const stored = await store.get(key)
      if (slowStore.hasRead) return stored
      slowStore.hasRead = true
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms))
      return stored
    },
  }
  return slowStore
}

interface SlowFleet {
  fleet: ServerFixture[]
  upstream: UpstreamStub
  clock: VirtualClock
}

/** Lets slow instances read the slot, then a prompt one use it, and then the slow ones act on what they read. */
async function tokensOf(
  store: TokenStore,
  slowInstances: number,
  [upstream, clock]: [UpstreamStub, VirtualClock],
): Promise<string[]> {
  const stores = Array.from({ length: slowInstances }, (_, i) => slow(store, clock, (i + 1) * 3 * second))
  const get = (each: TokenStore): Promise<string> =>
    createFixture({ store: each }, upstream, clock).forage.pool('web').getToken()
  const late = stores.map(get)
  while (!stores.every(({ hasRead }) => hasRead)) await settle()
  const first = await get(store)
  for (let i = 0; i < 60; i++) await clock.advance(500)
  return [first, ...(await Promise.all(late))]
}

describe('instances that act on an old read of the slot', () => {
  it.each([1, 2, 5])(
    'one prompt instance and %i slow ones mint one token, and all serve it',
    async (slowInstances) => {
      const upstream = createUpstream()
      const tokens = await tokensOf(separateStore(), slowInstances, [upstream, createVirtualClock()])
      expect(new Set(tokens).size).toBe(1)
      expect(upstream.count(tokenPath)).toBe(1)
    },
  )

  it('one prompt instance and two slow ones in the advisory period renew the token once', async () => {
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const store = separateStore()
    await createFixture({ store }, upstream, clock).forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    await tokensOf(store, 2, [upstream, clock])
    await settle()
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('instances whose clocks differ', () => {
  /** Creates instances whose clocks differ by these times from the store's clock. */
  function createSkewedFleet(...skewsMs: number[]): SlowFleet {
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const store: TokenStore = { ...separateStore(), now: async () => clock.now() }
    const fleet = skewsMs.map((skewMs) => {
      const skewed = { ...clock, now: () => clock.now() + skewMs }
      return createFixture({ store, clock: skewed }, upstream, skewed)
    })
    return { fleet, upstream, clock }
  }

  it('an instance whose clock is an hour ahead waits for the holder of a lease', async () => {
    const { fleet, upstream, clock } = createSkewedFleet(-30 * minute, 30 * minute)
    const [behind, ahead] = fleet as [ServerFixture, ServerFixture]
    let issue = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (issue = () => resolve(upstream.issue()))))
    const minting = behind.forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    const waiting = ahead.forage.pool('web').getToken()
    for (let i = 0; i < 18; i++) await clock.advance(500)
    expect(upstream.count(tokenPath)).toBe(1)
    issue()
    for (let i = 0; i < 4; i++) await clock.advance(500)
    expect(await waiting).toBe(await minting)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('all instances agree on when a token expires, each by its clock', async () => {
    const { fleet } = createSkewedFleet(-30 * minute, 0, 30 * minute)
    for (const { forage } of fleet) await forage.pool('web').getToken()
    for (const { forage, clock } of fleet)
      expect(forage.pool('web').status()).toMatchObject({ state: 'ready', expiresAt: clock.now() + 7 * day })
  })

  it('a back-off and its retryAt are the same moment for all instances', async () => {
    const { fleet, upstream } = createSkewedFleet(-30 * minute, 30 * minute)
    upstream.answerNext(tokenPath, new Response('', { status: 503, headers: { 'retry-after': '60' } }))
    for (const { forage, clock } of fleet) {
      const error = await forage
        .pool('web')
        .getToken()
        .catch((caught: unknown) => caught)
      expect(error).toMatchObject({ retryAt: clock.now() + minute })
    }
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('an instance whose clock is wrong renews when the others would, and mints nothing more', async () => {
    const { fleet, upstream, clock } = createSkewedFleet(-30 * minute, 30 * minute)
    for (let i = 0; i < 20; i++) {
      for (const { forage } of fleet) await forage.pool('web').getToken()
      await settle()
      await clock.advance(day / 2)
    }
    // The first token, and one renewal in ten days.
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
