import { describe, expect, it } from 'vitest'

import { createSealer, memoryStore, type ForageServerOptions, type TokenStore } from '../../src/index.ts'
import { createFixture, type ServerFixture } from '../fixtures/server-fixture.ts'
import { clientSecret, tokenPath } from '../fixtures/upstream-stub.ts'

const sealer = createSealer({ current: 'k1', k1: btoa('1'.repeat(32)) })

/** Creates an instance with the same sealing key as the others. `keyUsed` returns the key of its slot. */
function createInstance(
  store: TokenStore,
  options: Partial<ForageServerOptions> = {},
): ServerFixture & { keyUsed: () => string } {
  let used = ''
  const get = async (key: string): ReturnType<TokenStore['get']> => store.get((used = key))
  const fixture = createFixture({ store: { ...store, get, sealer }, ...options })
  return { ...fixture, keyUsed: () => used }
}

describe('a sealed token in another slot', () => {
  it.each<[string, Partial<ForageServerOptions>]>([
    ['environment', { environment: 'production' }],
    ['client', { credentials: { clientId: 'another-client', clientSecret } }],
    ['pool', { pools: { kiosk: {} } }],
  ])('a token that was copied from the slot of another %s is never used', async (_what, options) => {
    const store = memoryStore({ singleInstance: true })
    const owner = createInstance(store)
    await owner.forage.pool('web').getToken()
    const stored = await store.get(owner.keyUsed())

    const other = createInstance(store, options)
    const [pool] = other.forage.health().pools
    const reading = other.forage.pool(pool!.pool)
    await reading.thaw()
    const { version } = (await store.get(other.keyUsed()))!
    await store.cas(other.keyUsed(), version, stored!.value, { nextVersion: 'copied', ttlMs: 60_000 })
    await other.clock.advance(31_000)
    await reading.getToken()
    expect(other.upstream.count(tokenPath)).toBe(1)
    expect(reading.status()).toMatchObject({ code: 'sealed_with_unknown_key', unknown: 1 })
  })
})
