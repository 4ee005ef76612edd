import { describe, expect, it } from 'vitest'

import { createSealer, fingerprint, memoryStore } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath, revokedTokens } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const minute = 60_000
const k1 = btoa('1'.repeat(32))
const k2 = btoa('2'.repeat(32))

/** Creates an instance with the old key only, and an instance with the new key. */
function createFleet(): { old: ServerFixture; updated: ServerFixture } {
  const store = memoryStore({ singleInstance: true })
  const [upstream, clock] = [createUpstream(), createVirtualClock()]
  upstream.diesWhenRevoked()
  const instance = (keys: Parameters<typeof createSealer>[0]): ServerFixture =>
    createFixture({ store: { ...store, sealer: createSealer(keys) } }, upstream, clock)
  return { old: instance({ current: 'k1', k1 }), updated: instance({ current: 'k2', k1, k2 }) }
}

describe('a new sealing key during a deployment', () => {
  it('an instance without the sealing key mints a token, and an instance with the key revokes the replaced one', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    const first = await updated.forage.pool('web').getToken()
    const second = await old.forage.pool('web').getToken()
    expect(second).not.toBe(first)
    expect(old.forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0, unknown: 1 })
    await clock.advance(minute)
    expect(await updated.forage.pool('web').getToken()).toBe(second)
    expect(updated.forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 1, unknown: 0 })
    await clock.advance(20 * minute)
    await old.forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toEqual([])
    await updated.forage.pool('web').getToken()
    while (upstream.count(revokePath) === 0) await settle()
    expect(revokedTokens(upstream)).toEqual([first])
  })

  it('instances with different sealing keys serve tokens for two hours with fewer than 20 mints', async () => {
    const { old, updated } = createFleet()
    const { upstream, clock } = old
    for (let i = 0; i < 120; i++) {
      await clock.advance(minute)
      for (const { forage } of [old, updated]) await forage.mintSessionToken({ merchantAccount })
      await settle()
    }
    expect(upstream.count(tokenPath)).toBeLessThan(20)
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
