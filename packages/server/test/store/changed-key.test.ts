import { describe, expect, it } from 'vitest'

import { createSealer, fingerprint } from '../../src/index.ts'
import { rejection } from '../fixtures/rejections.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath, revokedTokens } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const minute = 60_000

/** Lets promises settle that wait for seals: those are opened on another thread. */
async function opened(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settle()
}

const k1 = btoa('1'.repeat(32))
const k2 = btoa('2'.repeat(32))

/** Creates an instance with the old key only, and an instance with the new key. */
function createFleet(): { old: ServerFixture; updated: ServerFixture } {
  const store = separateStore()
  const [upstream, clock] = [createUpstream(), createVirtualClock(opened)]
  upstream.diesWhenRevoked()
  const instance = (keys: Parameters<typeof createSealer>[0]): ServerFixture =>
    createFixture({ store: { ...store, sealer: createSealer(keys) } }, upstream, clock)
  return { old: instance({ current: 'k1', k1 }), updated: instance({ current: 'k2', k1, k2 }) }
}

const sentence =
  'Pool "web": no sealing key of this instance opens the shared token, so it uses a private one'

/** Creates four instances on one store. Two have the one key and two have the other one. */
function createGroups(): ServerFixture[] {
  const store = separateStore()
  const [upstream, clock] = [createUpstream(), createVirtualClock(opened)]
  upstream.diesWhenRevoked()
  return [k1, k1, k2, k2].map((key) =>
    createFixture({ store: { ...store, sealer: createSealer({ current: 'k', k: key }) } }, upstream, clock),
  )
}

describe('a new sealing key during a deployment', () => {
  it('an instance without the sealing key uses a private token, says so, and leaves the shared one to the others', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    const shared = await updated.forage.pool('web').getToken()
    const own = await old.forage.pool('web').getToken()
    expect(own).not.toBe(shared)
    for (let i = 0; i < 60; i++) {
      await clock.advance(minute)
      expect(await old.forage.pool('web').getToken()).toBe(own)
      expect(await updated.forage.pool('web').getToken()).toBe(shared)
      await opened()
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(revokedTokens(upstream)).toEqual([])
    expect(old.eventsOf('token-sealed-with-unknown-key')).toMatchObject([{ pool: 'web' }])
    expect(old.forage.health()).toMatchObject({ ready: true, degraded: [sentence] })
    expect(old.forage.pool('web').status()).toMatchObject({
      state: 'degraded',
      code: 'sealed_with_unknown_key',
      fingerprint: fingerprint(own),
    })
    expect(updated.forage.health()).toMatchObject({ ready: true, degraded: [] })
    expect(updated.eventsOf('token-sealed-with-unknown-key')).toEqual([])
  })

  it('concurrent callers of an instance without the sealing key get one private token', async () => {
    const { old, updated } = createFleet()
    await updated.forage.pool('web').getToken()
    const callers = Array.from({ length: 100 }, () => old.forage.pool('web').getToken())
    expect(new Set(await Promise.all(callers)).size).toBe(1)
    expect(old.upstream.count(tokenPath)).toBe(2)
  })

  it('two groups of instances with different keys share a store for a day without a fight', async () => {
    const fleet = createGroups()
    const [{ upstream, clock }] = fleet as [ServerFixture]
    for (let i = 0; i < 24 * 12; i++) {
      for (const { forage } of fleet) await forage.mintSessionToken({ merchantAccount })
      await opened()
      await clock.advance(5 * minute)
    }
    // One for the group that was first, and one for each instance of the other.
    expect(upstream.count(tokenPath)).toBe(3)
  })

  it('if no instance with the key is left, the shared token is replaced after ten minutes, and the rest use it', async () => {
    const fleet = createGroups()
    const [first, , third, fourth] = fleet as [ServerFixture, ServerFixture, ServerFixture, ServerFixture]
    const { upstream, clock } = first
    await first.forage.pool('web').getToken()
    for (const { forage } of [third, fourth]) await forage.pool('web').getToken()
    for (let i = 0; i < 40; i++) {
      await clock.advance(minute / 2)
      for (const { forage } of [third, fourth]) await forage.pool('web').getToken()
      await opened()
    }
    const shared = await third.forage.pool('web').getToken()
    expect(await fourth.forage.pool('web').getToken()).toBe(shared)
    expect(shared).toBe(upstream.issued[3])
    expect(upstream.count(tokenPath)).toBe(4)
    expect(third.forage.health().degraded).toEqual([])
    // The private tokens are revoked when their last session tokens have expired.
    await clock.advance(17 * minute)
    for (let i = 0; i < 3; i++) {
      await third.forage.pool('web').getToken()
      await opened()
      await clock.advance(minute)
    }
    expect(new Set(revokedTokens(upstream))).toEqual(new Set(upstream.issued.slice(1, 3)))
  })

  it('a cold start does not mint for itself if another instance of its group has replaced the shared token', async () => {
    const fleet = createGroups()
    const [first, , third, fourth] = fleet as [ServerFixture, ServerFixture, ServerFixture, ServerFixture]
    await first.forage.pool('web').getToken()
    for (let i = 0; i < 12; i++) {
      await third.forage.pool('web').getToken()
      await third.clock.advance(minute)
    }
    const shared = await third.forage.pool('web').getToken()
    expect(await fourth.forage.pool('web').getToken()).toBe(shared)
    expect(third.upstream.count(tokenPath)).toBe(3)
  })

  it('an instance that closes retires its private token', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    await updated.forage.pool('web').getToken()
    const own = await old.forage.pool('web').getToken()
    await old.forage.close()
    expect(revokedTokens(upstream)).toEqual([])
    await clock.advance(17 * minute)
    await updated.forage.pool('web').getToken()
    while (upstream.count(revokePath) === 0) await settle()
    expect(revokedTokens(upstream)).toEqual([own])
  })

  it('a private token that the API refuses is replaced after an hour, not in a loop', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    await updated.forage.pool('web').getToken()
    await old.forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    upstream.revokeAll()
    for (let i = 0; i < 58; i++) {
      const error = await rejection(old.forage.mintSessionToken({ merchantAccount }))
      expect(error).toMatchObject({ retryable: true })
      await clock.advance(minute)
      // The shared token stays in use, because its group serves it.
      await updated.forage.pool('web').getToken()
      await opened()
    }
    expect(await rejection(old.forage.pool('web').getToken())).toMatchObject({
      code: 'upstream_unavailable',
      remedy: 'Give all instances the same sealing keys.',
      retryAt: clock.now() + minute,
    })
    expect(upstream.count(tokenPath)).toBe(2)
    await clock.advance(minute)
    await expect(old.forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(3)
  })

  it('compromise reaches the private token of another instance, which gets a new one at once', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    const leaked = [await updated.forage.pool('web').getToken(), await old.forage.pool('web').getToken()]
    await clock.advance(minute)
    const { tokens } = await updated.forage.pool('web').compromise({ reason: 'leaked' })
    expect(tokens.map((token) => token.fingerprint).toSorted()).toEqual(leaked.map(fingerprint).toSorted())
    await clock.advance(31_000)
    const next = await old.forage.pool('web').getToken()
    expect(leaked).not.toContain(next)
    await expect(old.forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    await settle()
    expect(new Set(revokedTokens(upstream))).toEqual(new Set(leaked))
  })

  it('compromise without the sealing key reports an unknown token, and an instance with the key revokes it', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    const leaked = await updated.forage.pool('web').getToken()
    const report = await old.forage.pool('web').compromise({ reason: 'leaked' })
    expect(report).toMatchObject({ tokens: [], unknownTokens: 1 })
    expect(revokedTokens(upstream)).toEqual([])
    await clock.advance(31_000)
    const after = await updated.forage.pool('web').getToken()
    while (upstream.count(revokePath) === 0) await settle()
    expect(revokedTokens(upstream)).toEqual([leaked])
    expect(fingerprint(after)).toBe(report.replacement)
  })

  it('rotate without the sealing key reports no previous token', async () => {
    const { old, updated } = createFleet()
    await updated.forage.pool('web').getToken()
    expect(await old.forage.pool('web').rotate()).toMatchObject({ previous: null })
  })
})
