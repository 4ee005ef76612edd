import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import {
  createFixture,
  createFleet,
  merchantAccount,
  whileTimePasses,
  type ServerFixture,
} from '../fixtures/server-fixture.ts'
import {
  forageError,
  invalidToken,
  sessionTokenPath,
  tokenPath,
  type UpstreamStub,
} from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const second = 1000
const minute = 60 * second
const reportPath = '/api/reporting/payouts/'

/** Lets an endpoint answer every request with this status, until it is restored. */
function refuseAt(upstream: UpstreamStub, path: string): { restore(): void } {
  let isRefusing = true
  const answer = async (): Promise<Response> => {
    if (!isRefusing) return Response.json({ ok: true })
    upstream.answerNext(path, answer)
    return forageError(401, 'unauthorized')
  }
  upstream.answerNext(path, answer)
  return { restore: () => void (isRefusing = false) }
}

describe('a 401 about a token that is not the current one', () => {
  it('a late 401 about a token that was replaced meanwhile mints nothing, and the call is sent again', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(minute)
    let refuseLate: (response: Response) => void = () => {}
    upstream.answerNext('/api/late/', () => new Promise((resolve) => (refuseLate = resolve)))
    const late = forage.fetch('/api/late/')
    while (upstream.count('/api/late/') === 0) await settle()
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    refuseLate(invalidToken())
    expect((await late).status).toBe(200)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('a 401 about a young token', () => {
  it('a young token that the API does not know yet is tried again after 1 s and 2 s, and no caller fails', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken())
    await forage.pool('web').getToken()
    const startedAt = clock.now()
    await whileTimePasses(fixture, forage.mintSessionToken({ merchantAccount }))
    expect(Math.floor((clock.now() - startedAt) / second)).toBe(3)
    expect(upstream.count(sessionTokenPath)).toBe(3)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a young token that the API still refuses mints no other one, and callers wait until it is 10 s old', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 4 }, invalidToken))
    await forage.pool('web').getToken()
    const startedAt = clock.now()
    const error = await whileTimePasses(fixture, rejection(forage.mintSessionToken({ merchantAccount })))
    expect(error).toMatchObject({
      code: 'upstream_unavailable',
      status: 401,
      retryAt: startedAt + 10 * second,
    })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a 401 of one endpoint about a young token reaches its caller after the pauses, and no other caller', async () => {
    const fixture = createFixture()
    const { forage, upstream } = fixture
    refuseAt(upstream, reportPath)
    await forage.mintSessionToken({ merchantAccount })
    const answer = await whileTimePasses(fixture, forage.fetch(reportPath))
    expect(answer.status).toBe(401)
    expect(upstream.count(reportPath)).toBe(3)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('an abort ends the pause of its caller and leaves no timer', async () => {
    const { forage, upstream, clock } = createFixture()
    const controller = new AbortController()
    upstream.answerNext(sessionTokenPath, invalidToken())
    const minting = forage.mintSessionToken({ merchantAccount, signal: controller.signal })
    minting.catch(() => {})
    while (clock.pending() !== 1 || upstream.count(sessionTokenPath) === 0) await settle()
    controller.abort(new Error('gone'))
    await expect(minting).rejects.toThrow('gone')
    expect(clock.pending()).toBe(0)
  })
})

describe('a 401 about an older token', () => {
  it('a revoked token is replaced once for all callers', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    upstream.revokeAll()
    await Promise.all(Array.from({ length: 20 }, () => forage.mintSessionToken({ merchantAccount })))
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-invalidated')).toHaveLength(1)
  })

  it('a replacement that the API does not know yet is tried again, and the breaker stays closed', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken(), invalidToken())
    await expect(
      whileTimePasses(fixture, forage.mintSessionToken({ merchantAccount })),
    ).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toEqual([])
  })

  it('a replacement that the API refuses, also in a probe, stops all callers for 45 seconds', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.pool('web').getToken()
    await clock.advance(minute)
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 5 }, invalidToken))
    const error = await whileTimePasses(fixture, rejection(forage.mintSessionToken({ merchantAccount })))
    expect(error).toMatchObject({ code: 'upstream_unavailable' })
    expect(error.retryAt! - clock.now()).toBeGreaterThan(44 * second)
    await rejection(forage.mintSessionToken({ merchantAccount }))
    // The call, its replay with the replacement, two more tries, and the probe.
    expect(upstream.count(sessionTokenPath)).toBe(5)
    expect(upstream.requests.at(-1)!.headers.has('merchant-account')).toBe(false)
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toHaveLength(1)
    await clock.advance(45 * second)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })

  it('a probe without an answer does not open the breaker', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.pool('web').getToken()
    await clock.advance(minute)
    const down = new Response('', { status: 502 })
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 4 }, invalidToken), down)
    await whileTimePasses(fixture, rejection(forage.mintSessionToken({ merchantAccount })))
    expect(eventsOf('authentication-token-rejected')).toEqual([])
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })
})

describe('an endpoint that says 401 for its own reason', () => {
  it('an endpoint that refuses every call for half an hour costs two tokens, and its callers get their 401', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    refuseAt(upstream, reportPath)
    for (let i = 0; i < 30; i++) {
      const answer = await whileTimePasses(fixture, forage.fetch(reportPath))
      expect(answer.status).toBe(401)
      expect(((await answer.json()) as { errors: unknown[] }).errors).toHaveLength(1)
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      await clock.advance(minute)
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toEqual([])
    expect(forage.health()).toMatchObject({ ready: true, degraded: [] })
  })

  it('a thousand refused calls cost one probe in 5 seconds', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    refuseAt(upstream, reportPath)
    await whileTimePasses(fixture, forage.fetch(reportPath))
    await clock.advance(minute)
    const before = upstream.count(sessionTokenPath)
    const calls = Array.from({ length: 1000 }, () => forage.fetch(reportPath))
    for (const { status } of await Promise.all(calls)) expect(status).toBe(401)
    await clock.advance(4 * second)
    expect((await forage.fetch(reportPath)).status).toBe(401)
    expect(upstream.count(sessionTokenPath)).toBe(before + 1)
  })

  it('another instance also probes before it drops the token', async () => {
    const fleet = createFleet(2)
    const [a, b] = fleet as [ServerFixture, ServerFixture]
    await a.forage.mintSessionToken({ merchantAccount })
    await a.clock.advance(minute)
    refuseAt(a.upstream, reportPath)
    await whileTimePasses(a, a.forage.fetch(reportPath))
    await a.clock.advance(9 * minute)
    await a.forage.fetch(reportPath)
    await a.clock.advance(9 * minute)
    expect((await b.forage.fetch(reportPath)).status).toBe(401)
    expect(a.upstream.count(tokenPath)).toBe(2)
  })

  it('a token that is revoked while an endpoint refuses calls is still replaced', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    refuseAt(upstream, reportPath)
    await whileTimePasses(fixture, forage.fetch(reportPath))
    await clock.advance(minute)
    upstream.revokeAll()
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(upstream.count(tokenPath)).toBe(3)
  })

  it('a merchant whose session tokens are refused with 401 gets a 503, and other merchants get theirs', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock, eventsOf } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    const refused = 'mid/0000000000'
    const answer = async (request: Request): Promise<Response> => {
      upstream.answerNext(sessionTokenPath, answer)
      const isRefused = request.headers.get('merchant-account') === refused
      return isRefused ? invalidToken() : Response.json({ token: 'sandbox_s' })
    }
    upstream.answerNext(sessionTokenPath, answer)
    for (let i = 0; i < 20; i++) {
      const minting = forage.mintSessionToken({ merchantAccount: refused })
      const error = await whileTimePasses(fixture, rejection(minting))
      expect(error).toMatchObject({ code: 'upstream_unavailable', status: 401, retryable: true })
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      await clock.advance(30 * second)
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toEqual([])
  })

  it('a refused stream is not sent again, and does not drop a token that the API accepts', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(minute)
    refuseAt(upstream, reportPath)
    await whileTimePasses(fixture, forage.fetch(reportPath))
    const sent = upstream.count(reportPath)
    await clock.advance(minute)
    const init = { method: 'POST', body: new Blob(['once']).stream(), duplex: 'half' } as RequestInit
    expect((await forage.fetch(reportPath, init)).status).toBe(401)
    await settle()
    expect(upstream.count(reportPath)).toBe(sent + 1)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})
