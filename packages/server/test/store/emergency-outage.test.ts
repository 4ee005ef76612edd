import { describe, expect, it } from 'vitest'

import {
  fingerprint,
  type CompromiseReport,
  type ForageServerError,
  type TokenStore,
} from '../../src/index.ts'
import { createFixture, createFleet, merchantAccount, whileTimePasses } from '../fixtures/server-fixture.ts'
import { createUpstream, revokedTokens, revokePath, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000
const minute = 60 * second
const leak = { reason: 'a log had it' }
const states = ['refuses', 'hangs'] as const

async function rejection(work: Promise<unknown>): Promise<ForageServerError & { report: CompromiseReport }> {
  return work.then(
    () => Promise.reject(new Error('It resolved')),
    (error: unknown) => error,
  ) as Promise<never>
}

describe('compromise while the store is down', () => {
  it.each(states)(
    'while the store %s, compromise kills every token that this process knows, and rejects with a report of them',
    async (state) => {
      const store = breakableStore()
      const fixture = createFixture({ store })
      const { forage, upstream, eventsOf } = fixture
      const first = await forage.pool('web').getToken()
      await forage.pool('web').rotate()
      const rotated = await forage.pool('web').getToken()
      upstream.diesWhenRevoked()
      store.state = state
      const error = await rejection(whileTimePasses(fixture, forage.pool('web').compromise(leak)))
      expect(error).toMatchObject({ code: 'store_unavailable', retryable: true })
      expect(error.message).toContain('2 of 2 tokens that this process knows are dead')
      const marks = [first, rotated].map(fingerprint).toSorted()
      expect(error.report.tokens.map((token) => token.fingerprint).toSorted()).toEqual(marks)
      expect(error.report).toMatchObject({ pool: 'web', unknownTokens: 1, replacement: expect.any(String) })
      expect(new Set(revokedTokens(upstream))).toEqual(new Set([first, rotated]))
      expect(fingerprint(await forage.pool('web').getToken())).toBe(error.report.replacement)
      expect(eventsOf('pool-compromised')).toMatchObject([{ tokens: 2 }])
      expect(eventsOf('pool-recovered')).toMatchObject([{ alive: 0, unknownTokens: 1 }])
      expect(eventsOf('emergency-incomplete')).toMatchObject([
        { pool: 'web', action: 'compromise', code: 'store_unavailable' },
      ])
      expect(JSON.stringify([error, fixture.events])).not.toContain(first)
    },
  )

  it('when the store returns, the other instances stop using the leaked token without another call', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    const leaked = await b!.forage.pool('web').getToken()
    await a!.forage.pool('web').getToken()
    store.state = 'refuses'
    await expect(a!.forage.pool('web').compromise(leak)).rejects.toBeDefined()
    store.state = 'up'
    // No caller comes to the first instance.
    await a!.clock.advance(31 * second)
    const token = await b!.forage.pool('web').getToken()
    expect(token).not.toBe(leaked)
    expect(token).toBe(await a!.forage.pool('web').getToken())
    expect(a!.upstream.count(tokenPath)).toBe(2)
  })

  it('when the store returns, a second compromise reaches every token and reports that all are dead', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    await a!.forage.pool('web').getToken()
    await a!.clock.advance(second)
    const { fingerprint: rotated } = await b!.forage.pool('web').rotate()
    a!.upstream.diesWhenRevoked()
    store.state = 'refuses'
    const { report: first } = await rejection(a!.forage.pool('web').compromise(leak))
    expect(first.tokens.map((token) => token.fingerprint)).not.toContain(rotated)
    store.state = 'up'
    const report = await a!.forage.pool('web').compromise(leak)
    expect(report.tokens.map((token) => token.fingerprint)).toContain(rotated)
    expect(report.tokens.every(({ verified }) => verified === 'dead')).toBe(true)
    expect(report.unknownTokens).toBe(0)
    await a!.clock.advance(31 * second)
    expect(fingerprint(await b!.forage.pool('web').getToken())).toBe(report.replacement)
  })

  it('while the store is down, compromise in a process that has read nothing reports that it knows no token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage } = createFixture({ store })
    const error = await rejection(forage.pool('web').compromise(leak))
    expect(error.message).toContain('0 of 0 tokens')
    expect(error.report).toMatchObject({ tokens: [], unknownTokens: 1 })
  })
})

describe('compromise while the store goes down', () => {
  it('if the answer to the write of a compromise is lost, a second compromise finds the tokens dead', async () => {
    const store = breakableStore()
    let isAnswering = true
    const cas: TokenStore['cas'] = async (...args) => {
      const result = await store.cas(...args)
      if (isAnswering) return result
      store.state = 'hangs'
      return new Promise(() => {})
    }
    const fixture = createFixture({ store: { ...store, cas } })
    const { forage, upstream } = fixture
    const token = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    isAnswering = false
    const compromise = rejection(whileTimePasses(fixture, forage.pool('web').compromise(leak)))
    expect((await compromise).report.tokens).toMatchObject([
      { fingerprint: fingerprint(token), verified: 'dead' },
    ])
    isAnswering = true
    store.state = 'up'
    const report = await forage.pool('web').compromise(leak)
    expect(report.tokens.every(({ verified }) => verified === 'dead')).toBe(true)
    expect(fingerprint(await forage.pool('web').getToken())).toBe(report.replacement)
  })

  it('if the store goes down after the write of a compromise, the report has all tokens, and an event says that the store does not know', async () => {
    const store = breakableStore()
    const fixture = createFixture({ store })
    const { forage, upstream, clock, eventsOf } = fixture
    const token = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    upstream.answerNext(revokePath, async (request) => {
      store.state = 'refuses'
      return createUpstream().fetch(request)
    })
    const report = await forage.pool('web').compromise(leak)
    expect(report.tokens).toMatchObject([{ fingerprint: fingerprint(token), revoked: true }])
    expect(report.unknownTokens).toBe(0)
    expect(eventsOf('emergency-incomplete')).toMatchObject([{ action: 'compromise' }])
    store.state = 'up'
    await clock.advance(31 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready' })
  })
})

describe('freeze and thaw while the store is down', () => {
  it.each(states)(
    'while the store %s, freeze stops this process at once, and the others when the store returns',
    async (state) => {
      const store = breakableStore()
      const [a, b] = createFleet(2, { store })
      await a!.forage.pool('web').getToken()
      await b!.forage.pool('web').getToken()
      store.state = state
      const freezing = whileTimePasses(a!, a!.forage.pool('web').freeze({ reason: 'odd traffic' }))
      const error = await rejection(freezing)
      expect(error.code).toBe('store_unavailable')
      expect(error.message).toContain('pool "web" is frozen in this process only')
      await expect(a!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
      expect(a!.forage.pool('web').status()).toMatchObject({ state: 'frozen', reason: 'odd traffic' })
      expect(a!.eventsOf('emergency-incomplete')).toMatchObject([{ action: 'freeze' }])
      store.state = 'up'
      // No caller comes to the first instance.
      await a!.clock.advance(31 * second)
      expect(a!.clock.pending()).toBe(0)
      await expect(b!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    },
  )

  it('freeze also stops a process that uses a private token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage } = createFixture({ store })
    await forage.pool('web').getToken()
    await expect(forage.pool('web').freeze({ reason: 'odd' })).rejects.toBeDefined()
    for (let i = 0; i < 3; i++)
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({ code: 'frozen' })
    await expect(forage.pool('web').thaw()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })

  it('a second freeze when the store is back is complete', async () => {
    const store = breakableStore()
    const [a, b] = createFleet(2, { store })
    store.state = 'refuses'
    await expect(a!.forage.pool('web').freeze({ reason: 'odd' })).rejects.toBeDefined()
    store.state = 'up'
    await a!.forage.pool('web').freeze({ reason: 'odd' })
    await expect(b!.forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
  })
})

describe('rotate while the store is down', () => {
  it.each(states)('while the store %s, rotate mints nothing, rejects, and emits an event', async (state) => {
    const store = breakableStore()
    const fixture = createFixture({ store })
    const { forage, upstream, eventsOf } = fixture
    const token = await forage.pool('web').getToken()
    store.state = state
    const rotating = whileTimePasses(fixture, forage.pool('web').rotate())
    await expect(rotating).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(upstream.count(tokenPath)).toBe(1)
    expect(await forage.pool('web').getToken()).toBe(token)
    expect(eventsOf('emergency-incomplete')).toMatchObject([{ action: 'rotate' }])
  })

  it('a token that a rotation minted when the store went down is stored later, and a second rotation is complete', async () => {
    const store = breakableStore()
    const { forage, upstream, clock } = createFixture({ store })
    const before = await forage.pool('web').getToken()
    upstream.answerNext(tokenPath, async () => {
      store.state = 'refuses'
      return upstream.issue()
    })
    await expect(forage.pool('web').rotate()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await forage.pool('web').getToken()).toBe(before)
    store.state = 'up'
    await clock.advance(minute)
    const { fingerprint: rotated } = await forage.pool('web').rotate()
    upstream.diesWhenRevoked()
    const { tokens } = await forage.pool('web').compromise(leak)
    const issued = upstream.issued.slice(0, 3)
    expect(fingerprint(issued[2]!)).toBe(rotated)
    expect(new Set(tokens.map((token) => token.fingerprint))).toEqual(new Set(issued.map(fingerprint)))
  })
})

describe('revokeAll while the store is down', () => {
  it('a bulk revocation needs no store, and every token is known to be dead after it', async () => {
    const store = breakableStore()
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const before = await forage.pool('web').getToken()
    store.state = 'refuses'
    const report = await forage.revokeAll({ confirm: 'every checkout will need a new token' })
    expect(report).toMatchObject({ clients: 1, failed: 0, pools: [{ unknownTokens: 0 }] })
    expect(report.pools[0]!.tokens).toMatchObject([{ fingerprint: fingerprint(before), verified: 'dead' }])
    expect(eventsOf('emergency-incomplete')).toMatchObject([{ action: 'revoke-all' }])
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    store.state = 'up'
    await clock.advance(31 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0 })
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
