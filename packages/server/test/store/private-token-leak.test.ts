import { describe, expect, it } from 'vitest'

import { fingerprint } from '../../src/index.ts'
import { createFixture, whileTimePasses } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath, revokedTokens } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle, turn } from '../fixtures/virtual-clock.ts'
import { breakableStore } from './breakable-store.ts'

const second = 1000

const minute = 60 * second

const day = 24 * 60 * minute

describe('a leaked private token', () => {
  const leaked = { reason: 'a log had it' }

  it('once the store is back, compromise revokes the private token', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    store.state = 'up'
    const report = await forage.pool('web').compromise(leaked)
    expect(report.tokens).toEqual([{ fingerprint: fingerprint(own), revoked: true, verified: 'dead' }])
    expect(fingerprint(await forage.pool('web').getToken())).toBe(report.replacement)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
  })

  it('during a store outage, compromise revokes the private token and rejects with store_unavailable', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    const own = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    await expect(forage.pool('web').compromise(leaked)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(revokedTokens(upstream)).toEqual([own])
    expect(eventsOf('authentication-token-revoked')).toMatchObject([{ why: 'compromised' }])
    expect(await forage.pool('web').getToken()).not.toBe(own)
    store.state = 'up'
    await clock.advance(10 * second)
    expect(eventsOf('authentication-token-adopted')).toHaveLength(1)
  })

  it('a private token that compromise could not revoke is not used again, and is revoked when the store returns', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const fixture = createFixture({ store })
    const { forage, upstream, clock } = fixture
    const own = await forage.pool('web').getToken()
    const down = async (): Promise<Response> => new Response('', { status: 503 })
    upstream.answerNext(revokePath, down, down, down)
    const compromise = forage.pool('web').compromise(leaked)
    await expect(whileTimePasses(fixture, compromise)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await forage.pool('web').getToken()).not.toBe(own)
    store.state = 'up'
    await clock.advance(2 * second)
    await forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toEqual([own, own, own, own])
  })

  it('a private token is revoked when the store returns after another instance compromised the pool', async () => {
    const store = breakableStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const [cold, other] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    store.state = 'refuses'
    const own = await cold.forage.pool('web').getToken()
    store.state = 'up'
    const { replacement } = await other.forage.pool('web').compromise(leaked)
    await clock.advance(2 * second)
    // The call is served from memory, and the private token is stored in the background.
    await cold.forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toEqual([own])
    expect(fingerprint(await cold.forage.pool('web').getToken())).toBe(replacement)
  })
})

describe('the replacement after a compromise', () => {
  it('the replacement of a compromised token survives a store outage during its mint', async () => {
    const store = breakableStore()
    const { forage, upstream, clock, eventsOf } = createFixture({ store })
    await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    upstream.answerNext(tokenPath, async () => {
      store.state = 'refuses'
      return upstream.issue()
    })
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    const replacement = fingerprint(upstream.issued[1]!)
    expect(report).toMatchObject({ tokens: [{ verified: 'dead' }], unknownTokens: 0, replacement })
    expect(eventsOf('emergency-incomplete')).toMatchObject([
      { action: 'compromise', code: 'store_unavailable' },
    ])
    store.state = 'up'
    await clock.advance(10 * second)
    expect(await forage.pool('web').getToken()).toBe(upstream.issued[1])
  })
})

describe('several private tokens', () => {
  it('compromise revokes an earlier private token as well as its replacement', async () => {
    const store = breakableStore()
    store.state = 'refuses'
    const clock = createVirtualClock(turn)
    const { forage, upstream } = createFixture({ store }, createUpstream({ expiresIn: 86_400 }), clock)
    await forage.pool('web').getToken()
    await clock.advance(day - 16 * minute)
    await forage.pool('web').getToken()
    store.state = 'up'
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.tokens.map((token) => token.fingerprint).toSorted()).toEqual(
      upstream.issued.slice(0, 2).map(fingerprint).toSorted(),
    )
  })
})
