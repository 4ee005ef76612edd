import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import {
  createFleet,
  merchantAccount,
  whileTimePasses,
  type ServerFixture,
} from '../fixtures/server-fixture.ts'
import {
  invalidToken,
  revokePath,
  sessionTokenPath,
  tokenPath,
  type UpstreamStub,
} from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const second = 1000
const minute = 60 * second

/** Makes Forage refuse to mint any session token until `ends` is called. */
function refuseAll(upstream: UpstreamStub): { ends(): void } {
  let isRefusing = true
  const answer = async (request: Request): Promise<Response> => {
    upstream.answerNext(sessionTokenPath, answer)
    if (isRefusing) return invalidToken()
    const merchant = request.headers.get('merchant-account')
    return merchant ? Response.json({ token: 'sandbox_s' }) : Response.json({}, { status: 400 })
  }
  upstream.answerNext(sessionTokenPath, answer)
  return { ends: () => void (isRefusing = false) }
}

describe('the third invalidated token in ten minutes', () => {
  it('the third invalidated token in ten minutes stops all instances without another mint', async () => {
    const [a, b] = createFleet(2)
    for (let i = 0; i < 3; i++) {
      await a!.forage.mintSessionToken({ merchantAccount }).catch(() => {})
      await a!.clock.advance(20 * second)
      a!.upstream.revokeAll()
    }
    const error = await rejection(a!.forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryAt: a!.clock.now() + 45 * second })
    const requests = a!.upstream.requests.length
    await rejection(b!.forage.mintSessionToken({ merchantAccount }))
    expect(a!.upstream.requests).toHaveLength(requests)
    expect(a!.upstream.count(tokenPath)).toBe(3)
    expect(a!.eventsOf('authentication-token-rejected')).toHaveLength(1)
    expect(a!.forage.health().ready).toBe(false)
  })

  it('invalidated tokens that are more than ten minutes apart do not stop the instances', async () => {
    const [{ forage, upstream, clock }] = createFleet(1) as [ServerFixture]
    for (let i = 0; i < 8; i++) {
      await forage.mintSessionToken({ merchantAccount })
      await clock.advance(5.1 * minute)
      upstream.revokeAll()
    }
    expect(upstream.count(tokenPath)).toBe(8)
  })
})

describe('when the breaker ends', () => {
  it('when the breaker ends, one instance probes for all whether the API accepts the token, and mints nothing', async () => {
    const fleet = createFleet(3)
    const [a] = fleet as [ServerFixture]
    await a.forage.mintSessionToken({ merchantAccount })
    await a.clock.advance(minute)
    const outage = refuseAll(a.upstream)
    await whileTimePasses(a, rejection(a.forage.mintSessionToken({ merchantAccount })))
    outage.ends()
    const [minted, probed] = [a.upstream.count(tokenPath), a.upstream.count(sessionTokenPath)]
    await a.clock.advance(46 * second)
    const tokens = Promise.all(fleet.map(({ forage }) => forage.pool('web').getToken()))
    for (let i = 0; i < 20; i++) await a.clock.advance(50)
    expect(new Set(await tokens).size).toBe(1)
    expect(a.upstream.count(sessionTokenPath)).toBe(probed + 1)
    expect(a.upstream.count(tokenPath)).toBe(minted)
  })

  it('while the API refuses every token, the breaker tries a new one after pauses that double up to 5 minutes', async () => {
    const [fixture] = createFleet(1) as [ServerFixture]
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    const outage = refuseAll(upstream)
    await whileTimePasses(fixture, rejection(forage.mintSessionToken({ merchantAccount })))
    for (let i = 0; i < 60; i++) {
      await clock.advance(minute)
      await rejection(forage.mintSessionToken({ merchantAccount }))
    }
    const pauses = eventsOf('authentication-token-rejected').map(({ at, retryAt }) => retryAt - at)
    expect(pauses.slice(0, 5)).toEqual([45, 90, 180, 300, 300].map((seconds) => seconds * second))
    // Two mints before the breaker, and one at the end of each pause.
    expect(upstream.count(tokenPath)).toBeLessThan(16)
    outage.ends()
    await clock.advance(5 * minute)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    await settle()
    expect(forage.health()).toMatchObject({ ready: true, degraded: [] })
  })

  it('a token that was minted as a probe and refused is revoked', async () => {
    const [fixture] = createFleet(1) as [ServerFixture]
    const { forage, upstream, clock } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    refuseAll(upstream)
    await whileTimePasses(fixture, rejection(forage.mintSessionToken({ merchantAccount })))
    await clock.advance(46 * second)
    await rejection(forage.mintSessionToken({ merchantAccount }))
    const probed = upstream.issued.filter((token) => /^sandbox_\d{4}/.test(token)).at(-1)
    await clock.advance(30 * second)
    await rejection(forage.mintSessionToken({ merchantAccount }))
    await settle()
    const revoked = upstream.requests.filter(({ path }) => path === revokePath)
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token'))).toContain(probed)
  })
})

describe('401s that arrive one after the other', () => {
  it('401s about the same token, one after the other, cost one mint', async () => {
    const fleet = createFleet(4)
    const [a] = fleet as [ServerFixture]
    for (const { forage } of fleet) await forage.mintSessionToken({ merchantAccount })
    await a.clock.advance(20 * second)
    a.upstream.revokeAll()
    for (const { forage } of fleet) {
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      await a.clock.advance(second)
    }
    expect(a.upstream.count(tokenPath)).toBe(2)
    expect(fleet.flatMap(({ eventsOf }) => eventsOf('authentication-token-invalidated'))).toHaveLength(1)
  })
})
