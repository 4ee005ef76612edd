import { describe, expect, it } from 'vitest'

import { fingerprint, type StoredValue, type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, createFleet, whileTimePasses } from '../fixtures/server-fixture.ts'
import { createUpstream, revokePath, tokenPath, revokedTokens } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const minute = 60_000

const drainMs = 30_000 + 15 * minute + minute

describe('rotate', () => {
  it('rotate replaces the token and reports when the old one is revoked', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    const before = await forage.pool('web').getToken()
    const rotation = await forage.pool('web').rotate()
    const after = await forage.pool('web').getToken()
    expect(after).not.toBe(before)
    expect(rotation).toEqual({
      pool: 'web',
      fingerprint: fingerprint(after),
      previous: fingerprint(before),
      expiresAt: clock.now() + 7 * 24 * 60 * minute,
      revokesPreviousAt: clock.now() + drainMs,
    })
    expect(eventsOf('pool-rotated')).toHaveLength(1)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('rotate revokes the old token only after its last session token has expired', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    const before = await forage.pool('web').getToken()
    await forage.pool('web').rotate()
    await clock.advance(drainMs - 1)
    await forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toEqual([])
    await clock.advance(31_000)
    await forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toEqual([before])
    expect(eventsOf('authentication-token-revoked')).toMatchObject([{ why: 'rotated' }])
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
  })

  it('another instance completes a rotation if the one that rotated has closed', async () => {
    const [first, second] = createFleet(2)
    const before = await first!.forage.pool('web').getToken()
    await first!.forage.pool('web').rotate()
    await first!.forage.close()
    expect(revokedTokens(first!.upstream)).toEqual([])
    await first!.clock.advance(drainMs)
    await second!.forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(first!.upstream)).toEqual([before])
  })

  it('one instance revokes a drained token, however many instances see it', async () => {
    const fleet = createFleet(6)
    for (const { forage } of fleet) await forage.pool('web').getToken()
    await fleet[0]!.forage.pool('web').rotate()
    await fleet[0]!.clock.advance(drainMs)
    await Promise.all(fleet.map(({ forage }) => forage.pool('web').getToken()))
    await settle()
    expect(revokedTokens(fleet[0]!.upstream)).toHaveLength(1)
  })

  it('a failing revocation is retried with growing pauses until the token expires', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture({
      pools: { web: { lifetimeSeconds: 86_400 } },
    })
    await forage.pool('web').getToken()
    const down = async (): Promise<Response> => new Response('', { status: 503 })
    upstream.answerNext(revokePath, ...Array.from({ length: 100 }, () => down))
    await forage.pool('web').rotate()
    await clock.advance(drainMs)
    for (let i = 0; i < 60; i++) {
      await forage.pool('web').getToken()
      await settle()
      await clock.advance(minute)
    }
    const failures = eventsOf('authentication-token-revocation-failed')
    const pauses = failures.map(({ at, retryAt }) => retryAt - at)
    expect(pauses.slice(0, 4)).toEqual([7500, 15_000, 30_000, 60_000])
    expect(failures.length).toBeLessThan(12)
    expect(forage.pool('web').status().draining).toBe(1)
    await clock.advance(7 * 24 * 60 * minute)
    const before = upstream.count(revokePath)
    await forage.pool('web').getToken()
    await settle()
    expect(upstream.count(revokePath)).toBe(before)
    expect(forage.pool('web').status().draining).toBe(0)
  })

  it('rotate waits for a mint on another instance, and rejects if the token endpoint fails', async () => {
    const [a, b] = createFleet(2)
    const { upstream } = a!
    let reply = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (reply = () => resolve(upstream.issue()))))
    const minting = a!.forage.pool('web').getToken()
    while (upstream.count(tokenPath) === 0) await settle()
    const rotating = b!.forage.pool('web').rotate()
    await a!.clock.advance(1000)
    expect(upstream.count(tokenPath)).toBe(1)
    reply()
    await whileTimePasses(a!, Promise.all([minting, rotating]))
    expect(upstream.count(tokenPath)).toBe(2)
    a!.upstream.answerNext(tokenPath, new Response('', { status: 503 }))
    await expect(a!.forage.pool('web').rotate()).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(await a!.forage.pool('web').getToken()).toBe(await b!.forage.pool('web').getToken())
  })

  it('rotate rejects after 30 seconds if other instances hold the lease all that time', async () => {
    const [shared, clock] = [separateStore(), createVirtualClock()]
    const held = ({ value, version }: StoredValue): StoredValue => {
      const [until, aliveUntil] = [clock.now() + 15_000, clock.now() + 15_000]
      const lease = { owner: 'another', fence: 1, until, aliveUntil }
      return { value: JSON.stringify({ ...JSON.parse(value), lease }), version }
    }
    const get: TokenStore['get'] = async (key) => {
      const stored = await shared.get(key)
      return stored && held(stored)
    }
    const waiting = createFixture({ store: { ...shared, get } }, createUpstream(), clock)
    await createFixture({ store: shared }, waiting.upstream, clock).forage.pool('web').getToken()
    const startedAt = clock.now()
    const error = await whileTimePasses(waiting, waiting.forage.pool('web').rotate()).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryAt: clock.now() + 1000 })
    expect(String(error)).toContain('lease_held')
    expect(clock.now() - startedAt).toBeLessThan(31_000)
  })
})
