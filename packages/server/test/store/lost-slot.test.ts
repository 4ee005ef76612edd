import { describe, expect, it } from 'vitest'

import { fingerprint, type TokenStore } from '../../src/index.ts'
import { createFixture, createFleet, merchantAccount } from '../fixtures/server-fixture.ts'
import { revokedTokens, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000
const minute = 60 * second
const leak = { reason: 'a log had it' }

/** Longer than a token is served from memory without a read of the store. */
const unread = 31 * second

describe('a running instance after the store lost its slot', () => {
  it('after the store lost a slot, a running instance keeps its token, stores it again for all instances, and says so', async () => {
    const store = breakableStore()
    const [running, cold] = createFleet(2, { store })
    const token = await running!.forage.pool('web').getToken()
    store.lose()
    await running!.clock.advance(unread)
    expect(await running!.forage.pool('web').getToken()).toBe(token)
    expect(running!.eventsOf('slot-restored')).toMatchObject([{ pool: 'web' }])
    expect(await cold!.forage.pool('web').getToken()).toBe(token)
    expect(running!.upstream.count(tokenPath)).toBe(1)
    expect(cold!.forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 1 })
  })

  it('after the store lost a slot, compromise kills the token that it held, and counts an unknown one', async () => {
    const store = breakableStore()
    const { forage, upstream } = createFixture({ store })
    const token = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    store.lose()
    const report = await forage.pool('web').compromise(leak)
    expect(report.tokens).toEqual([{ fingerprint: fingerprint(token), revoked: true, verified: 'dead' }])
    expect(report.unknownTokens).toBe(1)
    expect(revokedTokens(upstream)).toEqual([token])
  })

  it('after the store lost a slot, compromise also kills a token that was draining in it', async () => {
    const store = breakableStore()
    const { forage, upstream } = createFixture({ store })
    const first = await forage.pool('web').getToken()
    await forage.pool('web').rotate()
    upstream.diesWhenRevoked()
    store.lose()
    const { tokens } = await forage.pool('web').compromise(leak)
    expect(tokens.map(({ fingerprint: mark }) => mark)).toContain(fingerprint(first))
    expect(tokens.map(({ verified }) => verified)).toEqual(['dead', 'dead'])
  })

  it('after the store lost a slot, a frozen pool stays frozen on every instance until it is thawed', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    await a!.forage.pool('web').freeze({ reason: 'odd traffic' })
    store.lose()
    await a!.clock.advance(unread)
    await expect(a!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    await expect(b!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    await b!.forage.pool('web').thaw()
    await a!.clock.advance(unread)
    await expect(a!.forage.pool('web').getToken()).resolves.toBeDefined()
  })

  it('an instance that remembers a freeze does not undo the thaw of a slot that was lost', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    await a!.forage.pool('web').getToken()
    await a!.forage.pool('web').freeze({ reason: 'odd traffic' })
    await expect(b!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    store.lose()
    await a!.forage.pool('web').thaw()
    await a!.clock.advance(unread)
    await expect(b!.forage.pool('web').getToken()).resolves.toBeDefined()
  })

  it('an instance that remembers a leaked token does not revive it in a slot that was lost', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    const leaked = await b!.forage.pool('web').getToken()
    a!.upstream.diesWhenRevoked()
    const { replacement } = await a!.forage.pool('web').compromise(leak)
    await a!.clock.advance(unread)
    store.lose()
    await a!.forage.pool('web').getToken()
    expect(fingerprint(await b!.forage.pool('web').getToken())).toBe(replacement)
    await settle()
    expect(revokedTokens(a!.upstream)).toEqual([leaked])
  })
})

describe('a cold instance after the store lost a slot', () => {
  it('after a cold instance minted into a lost slot, a running instance stores what it remembers, so that compromise reaches it', async () => {
    const store = breakableStore()
    const [running, cold] = createFleet(2, { store })
    const before = await running!.forage.pool('web').getToken()
    store.lose()
    await running!.clock.advance(unread)
    const after = await cold!.forage.pool('web').getToken()
    expect(after).not.toBe(before)
    expect(await running!.forage.pool('web').getToken()).toBe(after)
    running!.upstream.diesWhenRevoked()
    const { tokens } = await cold!.forage.pool('web').compromise(leak)
    expect(new Set(tokens.map(({ fingerprint: mark }) => mark))).toEqual(
      new Set([before, after].map(fingerprint)),
    )
  })

  it('after a cold instance compromised a lost slot, a running instance revokes the token that only it remembers', async () => {
    const store = breakableStore()
    const [running, cold] = createFleet(2, { store })
    const remembered = await running!.forage.pool('web').getToken()
    running!.upstream.diesWhenRevoked()
    store.lose()
    await running!.clock.advance(unread)
    const report = await cold!.forage.pool('web').compromise(leak)
    expect(report).toMatchObject({ tokens: [], unknownTokens: 1 })
    expect(fingerprint(await running!.forage.pool('web').getToken())).toBe(report.replacement)
    await settle()
    expect(revokedTokens(running!.upstream)).toEqual([remembered])
  })

  it('compromise of a pool without a slot counts one unknown token, since the store may have lost it', async () => {
    const { forage } = createFixture()
    expect(await forage.pool('web').compromise(leak)).toMatchObject({ tokens: [], unknownTokens: 1 })
  })
})

describe('a store that restarts with an older backup', () => {
  it('after the store restored an older backup, the newest token stays current, and the rotated one still drains', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    const first = await a!.forage.pool('web').getToken()
    const restore = store.backup()
    await a!.clock.advance(minute)
    const { fingerprint: rotated } = await a!.forage.pool('web').rotate()
    await restore()
    await a!.clock.advance(unread)
    expect(fingerprint(await a!.forage.pool('web').getToken())).toBe(rotated)
    expect(fingerprint(await b!.forage.pool('web').getToken())).toBe(rotated)
    await a!.clock.advance(17 * minute)
    await b!.forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(a!.upstream)).toEqual([first])
  })

  it('after the store restored an older backup, a leaked token in it is never served again', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    const leaked = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    const restore = store.backup()
    await clock.advance(minute)
    const { replacement } = await forage.pool('web').compromise(leak)
    await restore()
    await clock.advance(unread)
    const token = await forage.pool('web').getToken()
    expect(token).not.toBe(leaked)
    expect(fingerprint(token)).toBe(replacement)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

interface SlowReads {
  get: TokenStore['get']
  /** Holds back the answer of the next read. Resolves with the function that releases it, once the store has read. */
  holdNext: () => Promise<() => void>
}

function slowReads(store: TokenStore): SlowReads {
  let hold: ((release: () => void) => void) | undefined
  return {
    get: async (key) => {
      const stored = await store.get(key)
      const held = hold
      hold = undefined
      return held ? new Promise((resolve) => held(() => resolve(stored))) : stored
    },
    holdNext: () =>
      new Promise((resolve) => {
        hold = resolve
      }),
  }
}

describe('a slow answer of the store', () => {
  it('a read that is answered after a compromise neither revives the leaked token nor looks like a loss', async () => {
    const store = breakableStore()
    const { get, holdNext } = slowReads(store)
    const { forage, upstream, clock, eventsOf } = createFixture({ store: { ...store, get } })
    const leaked = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    await clock.advance(unread)
    const held = holdNext()
    const reading = forage.pool('web').getToken()
    const release = await held
    const { replacement } = await forage.pool('web').compromise(leak)
    release()
    expect(fingerprint(await reading)).toBe(replacement)
    expect(await forage.pool('web').getToken()).not.toBe(leaked)
    expect(eventsOf('slot-restored')).toEqual([])
  })

  it('a change that is reported during a read is read as well', async () => {
    const store = breakableStore()
    const listeners = new Set<(key: string) => void>()
    const { get, holdNext } = slowReads(store)
    const notifying: TokenStore = {
      ...store,
      get,
      publish: async (key) => listeners.forEach((listener) => listener(key)),
      subscribe: async (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const [a, b] = createFleet(2, { store: notifying })
    await b!.forage.pool('web').getToken()
    await b!.clock.advance(unread)
    const held = holdNext()
    const reading = b!.forage.pool('web').getToken()
    const release = await held
    await a!.forage.pool('web').freeze({ reason: 'odd traffic' })
    release()
    await reading
    await expect(b!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
  })
})
