import { describe, expect, it } from 'vitest'

import type { TokenStore } from '../../src/index.ts'
import { createFleet, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { sessionTokenPath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { breakableStore, type BreakableStore } from '../store/breakable-store.ts'
import { createHandler } from './endpoint-fixture.ts'

/** A store that notifies all instances of each change, and that a test can take down. */
function notifyingStore(): { store: TokenStore; inner: BreakableStore } {
  const listeners = new Set<(key: string) => void>()
  const inner = breakableStore()
  const store: TokenStore = {
    ...inner,
    publish: async (key) => listeners.forEach((listener) => listener(key)),
    subscribe: async (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return { store, inner }
}

interface Endpoints {
  a: ServerFixture
  b: ServerFixture
  inner: BreakableStore
  /** Requests a session token of the same checkout from the second instance. */
  request: () => Promise<{ token?: string; code?: string }>
}

/** Two instances. The second one keeps an answer. */
async function keepAnswer(options: { notifies?: boolean; waitUntil?: () => void } = {}): Promise<Endpoints> {
  const { notifies = true, ...more } = options
  const { store, inner } = notifyingStore()
  const [a, b] = createFleet(2, { store: notifies ? store : inner, ...more })
  const { handle } = createHandler({}, b)
  const request = async (): Promise<{ token?: string; code?: string }> =>
    (await handle()).json() as Promise<{ token?: string; code?: string }>
  await a!.forage.mintSessionToken({ merchantAccount })
  await request()
  await settle()
  const kept = await request()
  expect(await request()).toEqual(kept)
  return { a: a!, b: b!, inner, request }
}

const changes: [string, (fixture: ServerFixture) => Promise<unknown>][] = [
  ['rotated', ({ forage }) => forage.pool('web').rotate()],
  ['compromised', ({ forage }) => forage.pool('web').compromise({ reason: 'leaked' })],
]

describe('an answer that the endpoint keeps', () => {
  it.each(changes)(
    'an instance gives no kept answer after it heard that another instance %s the pool',
    async (_what, change) => {
      const { a, request, b } = await keepAnswer()
      const kept = await request()
      await change(a)
      const next = await request()
      expect(next.token).toBeDefined()
      expect(next.token).not.toBe(kept.token)
      expect(b.upstream.count(tokenPath)).toBe(2)
    },
  )

  it('an instance gives no kept answer after it heard that another instance invalidated the token', async () => {
    const { a, request } = await keepAnswer()
    await a.clock.advance(60_000)
    const kept = await request()
    a.upstream.revokeAll()
    await a.forage.mintSessionToken({ merchantAccount })
    expect((await request()).token).not.toBe(kept.token)
  })

  it('an instance hands out nothing after it heard that another instance froze the pool', async () => {
    const { a, request } = await keepAnswer()
    await a.forage.pool('web').freeze({ reason: 'odd traffic' })
    expect(await request()).toMatchObject({ code: 'upstream_unavailable' })
  })

  it('with `waitUntil`, each request reads a change that the instance heard of', async () => {
    const { a, request } = await keepAnswer({ waitUntil: () => {} })
    await a.forage.pool('web').freeze({ reason: 'odd traffic' })
    expect(await request()).toMatchObject({ code: 'upstream_unavailable' })
  })

  it('an instance gives no kept answer if it heard of a change and cannot read it', async () => {
    const { a, b, request, inner } = await keepAnswer()
    const kept = await request()
    await a.forage.pool('web').rotate()
    inner.state = 'refuses'
    const mints = b.upstream.count(sessionTokenPath)
    expect((await request()).token).not.toBe(kept.token)
    expect(b.upstream.count(sessionTokenPath)).toBe(mints + 1)
  })

  it('an instance keeps its answer after a change that did not touch the token', async () => {
    const { b, a, request } = await keepAnswer()
    const kept = await request()
    const operations = b.upstream.requests.length
    await a.forage.pool('web').thaw()
    expect(await request()).toEqual(kept)
    expect(b.upstream.requests).toHaveLength(operations)
  })

  it('the read for a kept answer begins a renewal that is due', async () => {
    const { b, request } = await keepAnswer({ notifies: false })
    const { clock, upstream } = b
    await clock.advance(6.6 * 24 * 3_600_000)
    upstream.answerNext(
      tokenPath,
      async () => new Response(null, { status: 429, headers: { 'Retry-After': '26' } }),
    )
    await request()
    await settle()
    await clock.advance(25_000)
    await request()
    await settle()
    const tokenRequests = upstream.count(tokenPath)
    await clock.advance(6000)
    await request()
    await settle()
    expect(upstream.count(tokenPath)).toBe(tokenRequests + 1)
  })

  it('without notifications, an instance gives no kept answer after its next read of the slot', async () => {
    const { a, b, request } = await keepAnswer({ notifies: false })
    await b.clock.advance(29_000)
    const kept = await request()
    await a.forage.pool('web').compromise({ reason: 'leaked' })
    await b.clock.advance(2000)
    expect((await request()).token).not.toBe(kept.token)
  })
})
