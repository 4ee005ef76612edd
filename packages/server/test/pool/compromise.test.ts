import { describe, expect, it } from 'vitest'

import { fingerprint } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import {
  createFixture,
  merchantAccount,
  type ServerFixture,
  createFleet,
  whileTimePasses,
} from '../fixtures/server-fixture.ts'
import {
  createSilentUpstream,
  createUpstream,
  forageError,
  revokePath,
  sessionTokenPath,
  tokenPath,
  revokedTokens,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

describe('compromise', () => {
  it('compromise revokes and replaces every token of a pool, verifies that each is dead, and touches no other pool', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture({ pools: { web: {}, ios: {} } })
    const first = await forage.pool('web').getToken()
    await forage.pool('web').rotate()
    const second = await forage.pool('web').getToken()
    const ios = await forage.pool('ios').getToken()
    upstream.diesWhenRevoked()
    const at = clock.now()
    const report = await forage.pool('web').compromise({ reason: 'a log had it' })
    expect(new Set(revokedTokens(upstream))).toEqual(new Set([first, second]))
    const after = await forage.pool('web').getToken()
    expect([first, second]).not.toContain(after)
    expect(report).toEqual({
      pool: 'web',
      reason: 'a log had it',
      at,
      tokens: [
        { fingerprint: fingerprint(first), revoked: true, verified: 'dead' },
        { fingerprint: fingerprint(second), revoked: true, verified: 'dead' },
      ],
      unknownTokens: 0,
      replacement: fingerprint(after),
      recoveryMs: 0,
    })
    expect(await forage.pool('ios').getToken()).toBe(ios)
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
    expect(eventsOf('pool-compromised')).toMatchObject([{ pool: 'web', reason: 'a log had it', tokens: 2 }])
    expect(eventsOf('pool-recovered')).toMatchObject([{ replacement: fingerprint(after) }])
  })

  it('compromise mints while it revokes, so that recovery takes as long as one mint', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    const after = (ms: number, answer: () => Response) => (): Promise<Response> =>
      new Promise((resolve) => void clock.setTimeout(() => resolve(answer()), ms))
    upstream.answerNext(
      revokePath,
      after(2000, () => new Response(null)),
    )
    upstream.answerNext(tokenPath, after(300, upstream.issue))
    const report = await whileTimePasses(fixture, forage.pool('web').compromise({ reason: 'leaked' }))
    expect(report.recoveryMs).toBeLessThan(400)
  })

  it('after a compromise, other instances use the replacement without a failure or another mint', async () => {
    const [a, b] = createFleet(2)
    await a!.forage.mintSessionToken({ merchantAccount })
    await b!.forage.mintSessionToken({ merchantAccount })
    a!.upstream.diesWhenRevoked()
    await a!.forage.pool('web').compromise({ reason: 'leaked' })
    const mints = a!.upstream.count(tokenPath)
    // The other instance still has the dead token in memory.
    await expect(b!.forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(a!.upstream.count(tokenPath)).toBe(mints)
  })

  it('compromise reports a token that it could not revoke as alive, and revokes it again later', async () => {
    const fixture = createFixture()
    const { forage, upstream, clock } = fixture
    const token = await forage.pool('web').getToken()
    const down = async (): Promise<Response> => new Response('', { status: 503 })
    upstream.answerNext(revokePath, down, down, down)
    const report = await whileTimePasses(fixture, forage.pool('web').compromise({ reason: 'leaked' }))
    expect(report.tokens).toEqual([{ fingerprint: fingerprint(token), revoked: false, verified: 'alive' }])
    expect(forage.pool('web').status().draining).toBe(1)
    await clock.advance(31_000)
    await forage.pool('web').getToken()
    await settle()
    expect(revokedTokens(upstream)).toHaveLength(4)
    expect(forage.pool('web').status().draining).toBe(0)
  })

  it('compromise verifies dead tokens with calls that name no merchant, unless one is given', async () => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    await forage.pool('web').compromise({ reason: 'leaked' })
    await forage.pool('web').compromise({ reason: 'leaked', merchantAccount })
    const probes = upstream.requests.filter(({ path }) => path === sessionTokenPath)
    expect(probes.map(({ headers }) => headers.get('merchant-account'))).toEqual([null, merchantAccount])
  })

  it.each([
    [() => forageError(400, 'missing_merchant_account'), 'alive'],
    [() => forageError(401, 'missing_merchant_account'), 'alive'],
    [() => forageError(403, 'forbidden'), 'alive'],
    [() => forageError(401, 'invalid_token'), 'dead'],
    [() => new Response('<html>', { status: 502 }), 'unknown'],
    [() => forageError(429, 'too_many_requests'), 'unknown'],
  ] as const)('compromise verifies a token whose probe is answered %s as %s', async (answer, verified) => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    upstream.answerNext(sessionTokenPath, answer())
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.tokens).toMatchObject([{ revoked: true, verified }])
  })

  it('a token that another instance was minting during a compromise is revoked', async () => {
    const [a, b] = createFleet(2)
    let issueLate = (): void => {}
    a!.upstream.answerNext(
      tokenPath,
      () => new Promise((resolve) => (issueLate = () => resolve(a!.upstream.issue()))),
    )
    const minting = a!.forage.pool('web').getToken()
    while (a!.upstream.count(tokenPath) === 0) await settle()
    const report = await b!.forage.pool('web').compromise({ reason: 'leaked' })
    expect(report.unknownTokens).toBe(1)
    issueLate()
    expect(fingerprint(await minting)).toBe(report.replacement)
    expect(revokedTokens(a!.upstream)).toHaveLength(1)
    expect(b!.forage.pool('web').status()).toMatchObject({ state: 'ready' })
    expect(a!.forage.pool('web').status()).toMatchObject({ unknown: 0, draining: 0 })
  })

  it('another instance completes a compromise if its process crashes', async () => {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const other = createFixture({ store }, upstream, clock)
    const before = await other.forage.pool('web').getToken()
    const silent = createSilentUpstream()
    const dying = createFixture({ store, fetch: silent.fetch }, upstream, createVirtualClock())
    dying.forage
      .pool('web')
      .compromise({ reason: 'leaked' })
      .catch(() => {})
    await silent.requested
    await clock.advance(31_000)
    const after = await other.forage.pool('web').getToken()
    await settle()
    expect(after).not.toBe(before)
    expect(revokedTokens(upstream)).toEqual([before])
  })
})

describe('the kept answer of the endpoint', () => {
  const tokenSource = (fixture: ServerFixture): (() => Promise<string>) => {
    const handler = fixture.forage.sessionTokenHandler({
      authorize: () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount }),
    })
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const init = { method: 'POST', headers, body: '{}' }
    return async () => {
      const response = await handler(new Request('https://shop.example/token', init))
      return ((await response.json()) as { token: string }).token
    }
  }

  it.each([
    ['rotate', ({ forage }: ServerFixture) => forage.pool('web').rotate()],
    ['compromise', ({ forage }: ServerFixture) => forage.pool('web').compromise({ reason: 'leaked' })],
    [
      'a compromise without a replacement',
      ({ forage, upstream }: ServerFixture) => {
        upstream.answerNext(tokenPath, new Response('', { status: 503 }))
        return forage.pool('web').compromise({ reason: 'leaked' })
      },
    ],
    ['freeze', ({ forage }: ServerFixture) => forage.pool('web').freeze({ reason: 'odd' })],
  ])('the endpoint drops its kept answer after %s', async (_what, change) => {
    const fixture = createFixture()
    const nextToken = tokenSource(fixture)
    const token = await nextToken()
    expect(await nextToken()).toBe(token)
    await change(fixture)
    expect(await nextToken()).not.toBe(token)
  })
})
