import { describe, expect, it } from 'vitest'

import { createSealer, fingerprint, memoryStore, type StoredValue, type TokenStore } from '../../src/index.ts'
import { createFixture, merchantAccount, type ServerFixture } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  createSilentUpstream,
  createUpstream,
  forageError,
  oauthError,
  revokePath,
  sessionTokenPath,
  tokenPath,
  type UpstreamStub,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const minute = 60_000
const drainMs = 30_000 + 15 * minute + minute
const bulkRevokePath = '/o/bulk_revoke/'

/** Returns the tokens of the revocation requests, in order. */
function revoked({ requests }: UpstreamStub): (string | null)[] {
  const calls = requests.filter(({ path }) => path === revokePath)
  return calls.map(({ body }) => new URLSearchParams(body).get('token'))
}

/** Creates instances that share store, upstream and clock. */
function createFleet(size: number, options: Parameters<typeof createFixture>[0] = {}): ServerFixture[] {
  const store = memoryStore({ singleInstance: true })
  const [upstream, clock] = [createUpstream(), createVirtualClock()]
  return Array.from({ length: size }, () => createFixture({ store, ...options }, upstream, clock))
}

/** Runs `work` while time passes in small steps. */
async function whileTimePasses<T>({ clock }: ServerFixture, work: Promise<T>): Promise<T> {
  const progress = { isDone: false }
  const finish = (): void => void (progress.isDone = true)
  work.then(finish, finish)
  for (let i = 0; i < 2000 && !progress.isDone; i++) await clock.advance(50)
  return work
}

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
    expect(revoked(upstream)).toEqual([])
    await clock.advance(31_000)
    await forage.pool('web').getToken()
    await settle()
    expect(revoked(upstream)).toEqual([before])
    expect(eventsOf('authentication-token-revoked')).toMatchObject([{ why: 'rotated' }])
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', draining: 0 })
  })

  it('another instance completes a rotation if the one that rotated has closed', async () => {
    const [first, second] = createFleet(2)
    const before = await first!.forage.pool('web').getToken()
    await first!.forage.pool('web').rotate()
    await first!.forage.close()
    expect(revoked(first!.upstream)).toEqual([])
    await first!.clock.advance(drainMs)
    await second!.forage.pool('web').getToken()
    await settle()
    expect(revoked(first!.upstream)).toEqual([before])
  })

  it('one instance revokes a drained token, however many instances see it', async () => {
    const fleet = createFleet(6)
    for (const { forage } of fleet) await forage.pool('web').getToken()
    await fleet[0]!.forage.pool('web').rotate()
    await fleet[0]!.clock.advance(drainMs)
    await Promise.all(fleet.map(({ forage }) => forage.pool('web').getToken()))
    await settle()
    expect(revoked(fleet[0]!.upstream)).toHaveLength(1)
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
    const [shared, clock] = [memoryStore({ singleInstance: true }), createVirtualClock()]
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
    expect(new Set(revoked(upstream))).toEqual(new Set([first, second]))
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
    expect(revoked(upstream)).toHaveLength(4)
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
    expect(revoked(a!.upstream)).toHaveLength(1)
    expect(b!.forage.pool('web').status()).toMatchObject({ state: 'ready' })
    expect(a!.forage.pool('web').status()).toMatchObject({ unknown: 0, draining: 0 })
  })

  it('another instance completes a compromise if its process crashes', async () => {
    const store = memoryStore({ singleInstance: true })
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
    expect(revoked(upstream)).toEqual([before])
  })
})

describe('freeze', () => {
  it('freeze stops minting and serving on every instance until thaw', async () => {
    const [a, b] = createFleet(2)
    await a!.forage.mintSessionToken({ merchantAccount })
    await b!.forage.mintSessionToken({ merchantAccount })
    await a!.forage.pool('web').freeze({ reason: 'something is odd' })
    await a!.clock.advance(30_000)
    const requests = a!.upstream.requests.length
    for (const { forage } of [a!, b!]) {
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
        code: 'frozen',
        retryable: true,
      })
      await expect(forage.pool('web').rotate()).rejects.toMatchObject({ code: 'frozen' })
      expect(forage.pool('web').status()).toMatchObject({ state: 'frozen', reason: 'something is odd' })
      expect(forage.health()).toMatchObject({
        ready: true,
        degraded: ['Pool "web" is frozen: something is odd'],
      })
    }
    expect(a!.upstream.requests).toHaveLength(requests)
    await b!.forage.pool('web').thaw()
    await expect(b!.forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(a!.upstream.count(tokenPath)).toBe(1)
  })

  it('freeze also blocks the first mint, and lasts without any requests', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').freeze({ reason: 'not yet' })
    await clock.advance(60 * 24 * 60 * minute)
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'frozen' })
    expect(upstream.requests).toEqual([])
  })

  it('compromise of a frozen pool revokes its tokens and mints none', async () => {
    const { forage, upstream } = createFixture()
    const token = await forage.pool('web').getToken()
    await forage.pool('web').freeze({ reason: 'leaked' })
    upstream.diesWhenRevoked()
    const report = await forage.pool('web').compromise({ reason: 'leaked' })
    expect(report).toMatchObject({ tokens: [{ verified: 'dead' }], replacement: null, recoveryMs: null })
    expect(revoked(upstream)).toEqual([token])
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('freeze and compromise reject a missing reason and a reason that contains a token', async () => {
    const { forage } = createFixture()
    const pool = forage.pool('web')
    const token = await pool.getToken()
    for (const reason of ['', ' ', 'x'.repeat(201), `${token} leaked`, undefined as unknown as string]) {
      for (const attempt of [pool.freeze({ reason }), pool.compromise({ reason })]) {
        const error = await attempt.catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(TypeError)
        expect(String(error)).toContain('"reason"')
        expect(String(error)).not.toContain(token)
      }
    }
  })
})

describe('revokeAll', () => {
  const confirm = 'every checkout will need a new token'

  it('revokeAll rejects any other confirmation without a request', async () => {
    const { forage, upstream } = createFixture()
    for (const text of ['', 'yes', `${confirm}.`, confirm.toUpperCase(), true]) {
      await expect(forage.revokeAll({ confirm: text as typeof confirm })).rejects.toThrow('"confirm"')
    }
    expect(upstream.requests).toEqual([])
  })

  it('revokeAll revokes in bulk once for each client, before it mints', async () => {
    const kiosk = { clientId: 'kiosk', clientSecret: 'kiosk-secret' }
    const { forage, upstream } = createFixture({ pools: { web: {}, ios: {}, kiosk: { credentials: kiosk } } })
    for (const pool of ['web', 'ios', 'kiosk']) await forage.pool(pool).getToken()
    const before = upstream.requests.length
    const report = await forage.revokeAll({ confirm })
    expect(report).toMatchObject({ clients: 2, failed: 0 })
    expect(report.pools.map(({ pool, tokens }) => [pool, tokens[0]!.verified])).toEqual([
      ['web', 'dead'],
      ['ios', 'dead'],
      ['kiosk', 'dead'],
    ])
    const paths = upstream.requests.slice(before).map(({ path }) => path)
    expect(paths.filter((path) => path === bulkRevokePath)).toHaveLength(2)
    expect(paths.filter((path) => path === tokenPath)).toHaveLength(3)
    expect(paths).not.toContain(revokePath)
    const bulk = upstream.requests.filter(({ path }) => path === bulkRevokePath)
    expect(bulk.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { client_id: clientId, client_secret: clientSecret, revoke_count: 1000 },
      { client_id: 'kiosk', client_secret: 'kiosk-secret', revoke_count: 1000 },
    ])
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })

  it('revokeAll reads the credentials again and uses the new secret', async () => {
    let secret = 'leaked'
    const { forage, upstream } = createFixture({
      credentials: async () => ({ clientId, clientSecret: secret }),
    })
    await forage.pool('web').getToken()
    secret = 'changed'
    await forage.revokeAll({ confirm })
    const bulk = upstream.requests.find(({ path }) => path === bulkRevokePath)!
    expect(JSON.parse(bulk.body)).toMatchObject({ client_secret: 'changed' })
    expect(upstream.requests.at(-2)!.headers.get('authorization') ?? '').not.toContain(btoa('leaked'))
  })

  it('revokeAll recovers a client at the limit of live tokens', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, oauthError(400, 'invalid_request'))
    await expect(forage.pool('web').getToken()).rejects.toMatchObject({ code: 'token_limit' })
    const report = await forage.revokeAll({ confirm })
    expect(report.pools[0]!.replacement).not.toBeNull()
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
    expect(clock.pending()).toBe(0)
  })

  it('if bulk revocation fails, revokeAll revokes each known token and reports the failure', async () => {
    const { forage, upstream } = createFixture()
    const token = await forage.pool('web').getToken()
    upstream.diesWhenRevoked()
    upstream.answerNext(bulkRevokePath, new Response('', { status: 503 }))
    const report = await forage.revokeAll({ confirm })
    expect(report).toMatchObject({ clients: 1, failed: 1, pools: [{ tokens: [{ verified: 'dead' }] }] })
    expect(revoked(upstream)).toEqual([token])
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

  it('the endpoint drops its kept answer when it learns that another instance compromised the pool', async () => {
    const listeners = new Set<(key: string) => void>()
    const store: TokenStore = {
      ...memoryStore({ singleInstance: true }),
      publish: async (key) => listeners.forEach((listener) => listener(key)),
      subscribe: async (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }
    const [a, b] = createFleet(2, { store })
    const nextToken = tokenSource(b!)
    const token = await nextToken()
    await a!.forage.pool('web').compromise({ reason: 'leaked' })
    await b!.forage.pool('web').getToken()
    expect(await nextToken()).not.toBe(token)
  })
})

describe('the stored slot', () => {
  it('the slot is stored a day longer than its last token, and a frozen pool for a year', async () => {
    const lives: number[] = []
    const store = memoryStore({ singleInstance: true })
    const { forage } = createFixture({
      store: {
        ...store,
        cas: (name, expected, value, options) => {
          lives.push(options.ttlMs)
          return store.cas(name, expected, value, options)
        },
      },
    })
    const day = 24 * 60 * minute
    await forage.pool('web').getToken()
    expect(lives.at(-1)).toBe(8 * day)
    await forage.pool('web').freeze({ reason: 'a drill' })
    expect(lives.at(-1)).toBe(366 * day)
  })

  it('a sealed slot contains no raw token and no secret in any state', async () => {
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    const store = memoryStore({ singleInstance: true })
    const written: string[] = []
    const sealing: TokenStore = {
      ...store,
      sealer: createSealer({ current: 'k1', k1: key }),
      cas: (name, expected, value, options) => {
        written.push(name, value, JSON.stringify(options))
        return store.cas(name, expected, value, options)
      },
    }
    const { forage, upstream, clock, events } = createFixture({ store: sealing })
    await forage.mintSessionToken({ merchantAccount })
    await forage.pool('web').rotate()
    await clock.advance(minute)
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    const reports = [await forage.pool('web').compromise({ reason: 'a drill' }), forage.health()]
    await forage.pool('web').freeze({ reason: 'a drill' })
    const text = [...written, JSON.stringify([reports, events, forage.pool('web').status()])].join('\n')
    expect(written.length).toBeGreaterThan(20)
    expect(upstream.issued.length).toBeGreaterThan(4)
    for (const secret of [clientSecret, key, ...upstream.issued]) expect(text).not.toContain(secret)
  })
})
