import { describe, expect, it } from 'vitest'

import {
  isForageServerError,
  memoryStore,
  type ForageServerError,
  type ServerClock,
  type TokenStore,
} from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  clientId,
  clientSecret,
  createSilentUpstream,
  createUpstream,
  invalidToken,
  oauthError,
  revokePath,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

async function rejection(promise: Promise<unknown>): Promise<ForageServerError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isForageServerError(error)) throw new Error(`Expected a ForageServerError, got ${String(error)}`)
  return error
}

describe('the request for an authentication token', () => {
  it('the token request sends the scope, the lifetime and form-encoded Basic credentials', async () => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    const [request] = upstream.requests
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'pinpad_only',
      expiration_time: '604800',
    })
    expect(request!.headers.get('content-type')).toContain('application/x-www-form-urlencoded')
    const [id, secret] = atob(request!.headers.get('authorization')!.replace('Basic ', '')).split(':')
    expect(decodeURIComponent(id!)).toBe(clientId)
    expect(decodeURIComponent(secret!)).toBe(clientSecret)
    expect(secret).not.toContain('%+')
    expect(request!.init).toMatchObject({ redirect: 'error', cache: 'no-store' })
  })

  it('`clientAuth` sends the credentials raw or in the body', async () => {
    const raw = createFixture({ clientAuth: 'basic-raw' })
    await raw.forage.pool('web').getToken()
    expect(raw.upstream.requests[0]!.headers.get('authorization')).toBe(
      `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    )

    const post = createFixture({ clientAuth: 'post' })
    await post.forage.pool('web').getToken()
    expect(post.upstream.requests[0]!.headers.has('authorization')).toBe(false)
    expect(new URLSearchParams(post.upstream.requests[0]!.body).get('client_secret')).toBe(clientSecret)
  })

  it('the lifetime of a token comes from `expires_in`, a number or a string, and not from the request', async () => {
    for (const expiresIn of [36_000, '36000']) {
      const { forage, clock } = createFixture({}, createUpstream({ expiresIn }))
      const startedAt = clock.now()
      await forage.pool('web').getToken()
      expect(forage.pool('web').status()).toMatchObject({ state: 'ready', expiresAt: startedAt + 36_000_000 })
    }
  })

  it('the lifetime of a token counts from the time of its request', async () => {
    const { forage, upstream, clock } = createFixture()
    const sentAt = clock.now()
    upstream.answerNext(tokenPath, async () => {
      await clock.advance(5000)
      return Response.json({ access_token: 'sandbox_slow', token_type: 'bearer', expires_in: 86_400 })
    })
    await forage.pool('web').getToken()
    expect(forage.pool('web').status()).toMatchObject({ expiresAt: sentAt + day })
  })

  it('a missing `expires_in` counts as one hour, and a lifetime that is too short is refused', async () => {
    const missing = createFixture({}, createUpstream({ expiresIn: undefined }))
    await missing.forage.pool('web').getToken()
    expect(missing.forage.pool('web').status()).toMatchObject({ expiresAt: missing.clock.now() + 3_600_000 })

    for (const expiresIn of [0, -1, 60, 'soon', null]) {
      const { forage, upstream, clock } = createFixture({}, createUpstream({ expiresIn }))
      const error = await rejection(forage.pool('web').getToken())
      expect(error.retryAt).toBeGreaterThan(clock.now())
      await rejection(forage.pool('web').getToken())
      expect(upstream.count(tokenPath), `expires_in ${expiresIn}`).toBe(1)
    }
  })
})

describe('one token for all callers', () => {
  it('1000 concurrent session tokens on a cold start cost one token request', async () => {
    const { forage, upstream } = createFixture()
    const mints = Array.from({ length: 1000 }, () => forage.mintSessionToken({ merchantAccount }))
    const tokens = await Promise.all(mints)
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(1000)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('1000 concurrent callers cost one read of the store', async () => {
    const store = memoryStore({ singleInstance: true })
    let reads = 0
    const counting = { ...store, get: (key: string) => (reads++, store.get(key)) }
    const { forage } = createFixture({ store: counting })
    await forage.pool('web').getToken()
    const { forage: sibling } = createFixture({ store: counting })
    reads = 0
    await Promise.all(Array.from({ length: 1000 }, () => sibling.pool('web').getToken()))
    expect(reads).toBe(1)
  })

  it('two instances that share a store make one token request', async () => {
    const store = memoryStore({ singleInstance: true })
    const clock = createVirtualClock()
    const upstream = createUpstream()
    const [a, b] = [createFixture({ store }, upstream, clock), createFixture({ store }, upstream, clock)]
    const tokens = [a.forage.pool('web').getToken(), b.forage.pool('web').getToken()]
    for (let i = 0; i < 20; i++) await clock.advance(50)
    const [first, second] = await Promise.all(tokens)
    expect(first).toBe(second)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('the token of an instance that paused past its lease is refused and revoked', async () => {
    const store = memoryStore({ singleInstance: true })
    const clock = createVirtualClock()
    const upstream = createUpstream()
    const wakeUp: (() => void)[] = []
    let swaps = 0
    const pausing: TokenStore = {
      ...store,
      cas: async (...args) => {
        // The second swap is the commit. The process pauses here.
        if (++swaps === 2) await new Promise<void>((resolve) => wakeUp.push(resolve))
        return store.cas(...args)
      },
    }
    // A paused process runs no timers.
    const paused = createFixture({ store: pausing }, upstream, createVirtualClock())
    const other = createFixture({ store }, upstream, clock)
    const late = paused.forage.pool('web').getToken()
    while (wakeUp.length === 0) await settle()
    await clock.advance(15_000)
    const current = await other.forage.pool('web').getToken()
    wakeUp[0]!()
    expect(await late).toBe(current)
    const revoked = upstream.requests.filter(({ path }) => path === revokePath)
    expect(revoked.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([upstream.issued[0]])
    expect(paused.eventsOf('authentication-token-orphaned')).toMatchObject([{ revoked: true }])
  })

  it('an abort rejects its caller only, and the token request continues', async () => {
    const { forage, upstream } = createFixture()
    const controller = new AbortController()
    const left = forage.pool('web').getToken({ signal: controller.signal })
    const stays = forage.pool('web').getToken()
    controller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    await expect(stays).resolves.toMatch(/^sandbox_/)
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('each pool has its own token, requested with the credentials of the pool', async () => {
    const kiosk = { clientId: 'kiosk', clientSecret: 'kiosk-secret' }
    const { forage, upstream } = createFixture({ pools: { web: {}, kiosk: { credentials: kiosk } } })
    const [web, own] = [await forage.pool('web').getToken(), await forage.pool('kiosk').getToken()]
    expect(web).not.toBe(own)
    expect(upstream.requests.map(({ headers }) => headers.get('authorization'))[1]).toBe(
      `Basic ${btoa('kiosk:kiosk%2Dsecret')}`,
    )
  })
})

describe('renewal', () => {
  it('in the advisory period, callers get the current token while one renewal runs in the background', async () => {
    const { forage, upstream, clock } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => forage.pool('web').getToken()))
    expect(new Set(tokens)).toEqual(new Set([first]))
    await settle()
    expect(await forage.pool('web').getToken()).not.toBe(first)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('a failed advisory renewal reaches no caller and is retried after a back-off', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    const failures = [
      new Response('<html>', { status: 502 }),
      async () => Promise.reject(new TypeError('fetch failed')),
    ]
    upstream.answerNext(tokenPath, ...failures)
    for (let i = 0; i < 100; i++) {
      expect(await forage.pool('web').getToken()).toBe(first)
      await settle()
    }
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-failed')).toMatchObject([{ code: 'http_502', covered: true }])
    expect(forage.health()).toMatchObject({ ready: true, degraded: [expect.stringContaining('http_502')] })
  })

  it('callers wait for a new token if a session token would live longer than the current one', async () => {
    const { forage, upstream, clock } = createFixture()
    const first = await forage.pool('web').getToken()
    await clock.advance(7 * day - 900_000)
    expect(await forage.pool('web').getToken()).not.toBe(first)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('no timer is pending for a renewal', async () => {
    const { forage, clock } = createFixture({ pools: { web: { lifetimeSeconds: 2_592_000 } } })
    await forage.mintSessionToken({ merchantAccount })
    expect(clock.pending()).toBe(0)
  })
})

describe('a token endpoint that fails', () => {
  it('all waiting callers get the same typed error, and the next request waits for the back-off', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, new Response('<html>', { status: 503 }))
    const waiters = Array.from({ length: 100 }, () => rejection(forage.mintSessionToken({ merchantAccount })))
    for (const error of await Promise.all(waiters)) expect(error.code).toBe('upstream_unavailable')
    const error = await rejection(forage.pool('web').getToken())
    expect(error).toMatchObject({ retryable: true, retryAt: clock.now() + 3000 })
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(3000)
    await expect(forage.pool('web').getToken()).resolves.toMatch(/^sandbox_/)
  })

  it('after a 429, the next token request waits for `Retry-After`, or a minute without it', async () => {
    for (const [headers, waitMs] of [
      [{ 'retry-after': '7' }, 7000],
      [{}, 60_000],
    ] as const) {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(tokenPath, new Response('', { status: 429, headers }))
      const error = await rejection(forage.pool('web').getToken())
      expect(error).toMatchObject({ code: 'upstream_throttled', retryAt: clock.now() + waitMs })
    }
  })

  it('`invalid_client` becomes credentials_rejected and is remembered for 30 to 60 seconds', async () => {
    const { forage, upstream, clock } = createFixture()
    const challenge = { 'www-authenticate': 'Bearer error="invalid_client"' }
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client', challenge))
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'credentials_rejected', status: 401, retryAt: clock.now() + 45_000 })
    expect(error.remedy).toContain('clientSecret')
    await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(upstream.count(tokenPath)).toBe(1)
    expect(forage.health().ready).toBe(false)
  })

  it('after `invalid_client`, a credentials function is called again and the request is retried once', async () => {
    const answers = [
      { clientId: 'old', clientSecret: 'a' },
      { clientId: 'new', clientSecret: 'b' },
    ]
    let reads = 0
    const { forage, upstream } = createFixture({ credentials: async () => answers[Math.min(reads++, 1)]! })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    await forage.pool('web').getToken()
    expect(reads).toBe(2)
    expect(upstream.requests[1]!.headers.get('authorization')).toBe(`Basic ${btoa('new:b')}`)
  })

  it('after `invalid_client`, unchanged credentials are not sent again', async () => {
    const credentials = { clientId, clientSecret }
    const { forage, upstream } = createFixture({ credentials: async () => ({ ...credentials }) })
    upstream.answerNext(tokenPath, oauthError(401, 'invalid_client'))
    expect((await rejection(forage.pool('web').getToken())).code).toBe('credentials_rejected')
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a token request with an invalid scope is never repeated', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, oauthError(400, 'invalid_scope'))
    const error = await rejection(forage.pool('web').getToken())
    expect(error).toMatchObject({ code: 'not_configured', retryable: false })
    await clock.advance(30 * day)
    await rejection(forage.pool('web').getToken())
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a token request without an answer fails after 10 seconds', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    const waiting = rejection(forage.pool('web').getToken())
    while (upstream.count(tokenPath) === 0) await settle()
    await clock.advance(10_000)
    expect((await waiting).message).toContain('timeout')
  })

  it('a token answer is refused if it is larger than 64 KiB, HTML, an error with status 200, or of another token type', async () => {
    const huge = JSON.stringify({ access_token: 'x'.repeat(70_000), token_type: 'bearer' })
    const odd = { access_token: 'sandbox_x', token_type: 'mac', expires_in: 86_400 }
    const answers = [new Response(huge), new Response('<html>'), oauthError(200, 'oops'), Response.json(odd)]
    for (const answer of answers) {
      const { forage, upstream } = createFixture()
      upstream.answerNext(tokenPath, answer)
      expect((await rejection(forage.pool('web').getToken())).code).toBe('upstream_unavailable')
    }
  })
})

describe('a mint with unknown outcome', () => {
  it.each([
    ['no answer within the deadline', (): Promise<Response> => new Promise(() => {})],
    ['a broken connection', () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET' }))],
    ['an answer that cannot be read', async () => new Response('<html>')],
  ])(
    'a mint with unknown outcome counts as a live token until it would have expired (%s)',
    async (_what, answer) => {
      const { forage, upstream, clock } = createFixture()
      upstream.answerNext(tokenPath, answer)
      const waiting = rejection(forage.pool('web').getToken())
      while (upstream.count(tokenPath) === 0) await settle()
      await clock.advance(10_000)
      await waiting
      expect(forage.pool('web').status()).toMatchObject({ state: 'failed', unknown: 1 })
      await clock.advance(8 * day)
      await forage.pool('web').getToken()
      expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 0 })
    },
  )

  it('a token request that was refused or never sent is no mint with unknown outcome', async () => {
    for (const answer of [
      () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
      async () => new Response('', { status: 503 }),
      async () => new Response('', { status: 301, headers: { location: 'https://elsewhere.example/' } }),
    ]) {
      const { forage, upstream } = createFixture()
      upstream.answerNext(tokenPath, answer)
      expect((await rejection(forage.pool('web').getToken())).code).toBe('upstream_unavailable')
      expect(forage.pool('web').status().unknown).toBe(0)
    }
  })

  it('a token request that waits in the upstream limit is no mint with unknown outcome', async () => {
    const upstreamLimit = { requests: 1, perMs: 60_000, queueMs: 60_000 }
    const { forage, upstream, clock } = createFixture({ upstreamLimit, pools: { web: {}, ios: {} } })
    await forage.pool('web').getToken()
    const waiting = rejection(forage.pool('ios').getToken())
    // The limit would send it after a minute. The key of its slot is hashed on another thread, so the start varies.
    for (let i = 0; i < 40; i++) {
      await settle()
      await clock.advance(500)
    }
    expect((await waiting).code).toBe('upstream_unavailable')
    expect(forage.pool('ios').status()).toMatchObject({ state: 'failed', unknown: 0 })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a process that crashes while it holds the lease leaves a mint with unknown outcome', async () => {
    const store = memoryStore({ singleInstance: true })
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const silent = createSilentUpstream()
    const dying = createFixture({ store, fetch: silent.fetch }, upstream, createVirtualClock())
    dying.forage
      .pool('web')
      .getToken()
      .catch(() => {})
    await silent.requested
    const { forage } = createFixture({ store }, upstream, clock)
    const waiting = forage.pool('web').getToken()
    for (let i = 0; i < 40; i++) await clock.advance(500)
    await waiting
    expect(forage.pool('web').status()).toMatchObject({ state: 'ready', unknown: 1 })
  })
})

describe('requests with separate I/O contexts', () => {
  it('with `waitUntil`, requests do not await each other and still mint once', async () => {
    const clock = createVirtualClock()
    let isFirst = true
    const ending: ServerClock = {
      ...clock,
      // Timers and promises of an ended context never run.
      setTimeout: (run, ms) => clock.setTimeout(isFirst && ms === 10_000 ? () => {} : run, ms),
    }
    const { forage, upstream } = createFixture(
      { waitUntil: () => {}, clock: ending },
      createUpstream(),
      clock,
    )
    upstream.answerNext(tokenPath, () => new Promise(() => {}))
    forage
      .pool('web')
      .getToken()
      .catch(() => {})
    while (upstream.count(tokenPath) === 0) await settle()
    isFirst = false
    const others = Promise.all(Array.from({ length: 20 }, () => forage.pool('web').getToken()))
    for (let i = 0; i < 45; i++) await clock.advance(500)
    expect(new Set(await others).size).toBe(1)
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('createForageServer throws if `waitUntil` is not a function', () => {
    expect(() => createFixture({ waitUntil: 'yes' as never })).toThrow('"waitUntil"')
  })

  it('with `waitUntil`, a background renewal is passed to the platform', async () => {
    const background: Promise<unknown>[] = []
    const { forage, upstream, clock } = createFixture({ waitUntil: (work) => void background.push(work) })
    const token = await forage.pool('web').getToken()
    await clock.advance(6.6 * day)
    expect(await forage.pool('web').getToken()).toBe(token)
    expect(background).toHaveLength(1)
    await Promise.all(background)
    expect(upstream.count(tokenPath)).toBe(2)
  })
})

describe('a 401 of the API', () => {
  it('a revoked token is replaced once for all callers', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(60_000)
    upstream.revokeAll()
    await Promise.all(Array.from({ length: 20 }, () => forage.mintSessionToken({ merchantAccount })))
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-invalidated')).toHaveLength(1)
  })

  it('a late 401 about a token that was replaced meanwhile mints nothing', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
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

  it('a 401 about a token that was just minted does not mint another one', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, invalidToken())
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', status: 401, retryAt: clock.now() + 10_000 })
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('a 401 about the replacement stops all callers for 45 seconds', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    upstream.answerNext(sessionTokenPath, invalidToken(), invalidToken())
    const error = await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryAt: clock.now() + 45_000 })
    await rejection(forage.mintSessionToken({ merchantAccount }))
    expect(upstream.count(sessionTokenPath)).toBe(2)
    expect(upstream.count(tokenPath)).toBe(2)
    expect(eventsOf('authentication-token-rejected')).toHaveLength(1)
    await clock.advance(45_000)
    await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
  })
})
