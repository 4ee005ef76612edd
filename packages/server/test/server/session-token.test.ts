import { describe, expect, it } from 'vitest'

import { isForageServerError, memoryStore, type ForageServer, type TokenStore } from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  forageError,
  invalidToken,
  revokePath,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

const day = 24 * 60 * 60 * 1000

/** Returns the code of the error that `work` rejects with. */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (isForageServerError(error) ? error.code : String(error)),
  )
}

/** Creates a store that fails after some calls, with an error that contains a password. */
function failingAfter(calls: number): TokenStore {
  const store = memoryStore({ singleInstance: true })
  const work = <T>(call: () => Promise<T>): Promise<T> =>
    calls-- > 0 ? call() : Promise.reject(new Error('redis://user:password@host is gone'))
  return {
    capabilities: store.capabilities,
    get: (key) => work(() => store.get(key)),
    cas: (...args) => work(() => store.cas(...args)),
  }
}

describe('mintSessionToken', () => {
  it('mintSessionToken sends the authentication token and the merchant account', async () => {
    const { forage, upstream, clock } = createFixture()
    const { token, expiresAt } = await forage.mintSessionToken({ merchantAccount })
    const [, request] = upstream.requests
    expect(request).toMatchObject({ path: sessionTokenPath, body: '' })
    expect(request!.headers.get('authorization')).toBe(`Bearer ${upstream.issued[0]}`)
    expect(request!.headers.get('merchant-account')).toBe(merchantAccount)
    expect(token).toBe(upstream.issued[1])
    expect(expiresAt).toBe(clock.now() + 900_000)
  })

  it('the 15 minutes of a session token count from the time of its request', async () => {
    const { forage, upstream, clock } = createFixture()
    const sentAt = clock.now()
    upstream.answerNext(sessionTokenPath, async () => {
      await clock.advance(8000)
      return Response.json({ token: 'sandbox_slow' })
    })
    expect(await forage.mintSessionToken({ merchantAccount })).toEqual({
      token: 'sandbox_slow',
      expiresAt: sentAt + 900_000,
    })
  })

  it('a session token is never minted from an authentication token that expires first', async () => {
    const { forage, clock } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    for (let i = 0; i < 40; i++) {
      await clock.advance(day / 4)
      const { expiresAt } = await forage.mintSessionToken({ merchantAccount })
      const status = forage.pool('web').status()
      expect(status.state === 'ready' && status.expiresAt > expiresAt).toBe(true)
      await settle()
    }
  })

  it.each([
    [() => forageError(400, 'invalid_merchant_account'), 'merchant_invalid'],
    [() => forageError(401, 'missing_merchant_account'), 'merchant_invalid'],
    [() => forageError(403, 'forbidden'), 'not_configured'],
    [() => forageError(404, 'resource_not_found'), 'not_configured'],
    [() => forageError(429, 'too_many_requests'), 'upstream_throttled'],
    [() => new Response('<html>', { status: 502 }), 'upstream_unavailable'],
    [() => new Response('<html>'), 'upstream_unavailable'],
    [() => Response.json({ token: '' }), 'upstream_unavailable'],
    [() => Response.json({ token: 'a b' }), 'upstream_unavailable'],
    [() => Response.json({ token: 'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD' }), 'not_configured'],
  ])(
    'mintSessionToken turns the answer %s into %s and keeps the authentication token',
    async (answer, code) => {
      const { forage, upstream } = createFixture()
      upstream.answerNext(sessionTokenPath, answer())
      await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({ code })
      await forage.mintSessionToken({ merchantAccount })
      expect(upstream.count(tokenPath)).toBe(1)
    },
  )

  it('mintSessionToken rejects after 10 seconds if the answer never ends', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(sessionTokenPath, async () => new Response(new ReadableStream()))
    const waiting = codeOf(forage.mintSessionToken({ merchantAccount }))
    while (upstream.count(sessionTokenPath) === 0) await settle()
    await settle()
    await clock.advance(10_000)
    expect(await waiting).toBe('upstream_unavailable')
    expect(clock.pending()).toBe(0)
  })

  it('mintSessionToken rejects with the reason of an abort', async () => {
    const { forage } = createFixture()
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(forage.mintSessionToken({ merchantAccount, signal })).rejects.toThrow('gone')
  })

  it('mintSessionToken rejects a merchant account that cannot be a header', async () => {
    const { forage } = createFixture()
    await expect(forage.mintSessionToken({ merchantAccount: 'a\r\nb' })).rejects.toThrow('"merchantAccount"')
  })
})

describe('forage.fetch', () => {
  it('forage.fetch attaches the token and the merchant account, and forwards the rest', async () => {
    const { forage, upstream } = createFixture()
    const init = { method: 'POST', body: '{"amount":"1.00"}', headers: { 'idempotency-key': 'k1' } }
    const response = await forage.fetch('/api/payments/', init, { merchantAccount })
    expect(await response.json()).toEqual({ ok: true })
    const { headers, body } = upstream.requests.at(-1)!
    expect(headers.get('authorization')).toBe(`Bearer ${upstream.issued[0]}`)
    expect(headers.get('merchant-account')).toBe(merchantAccount)
    expect(headers.get('idempotency-key')).toBe('k1')
    expect(body).toBe('{"amount":"1.00"}')
  })

  it('forage.fetch replays a request once with a newer token after a 401', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    upstream.revokeAll()
    const response = await forage.fetch('/api/payments/', { method: 'POST', body: 'once more' })
    expect(response.status).toBe(200)
    expect(upstream.requests.filter(({ path }) => path === '/api/payments/').map(({ body }) => body)).toEqual(
      ['once more', 'once more'],
    )
  })

  it('forage.fetch returns the 401 if the body is a stream, and replaces the token in the background', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    upstream.revokeAll()
    const body = new Blob(['once']).stream()
    const response = await forage.fetch('/api/payments/', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(401)
    expect(upstream.count('/api/payments/')).toBe(1)
    expect((await forage.fetch('/api/payments/')).status).toBe(200)
  })

  it('forage.fetch returns a 403, and a 401 about the merchant, to the caller', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    for (const answer of [forageError(403, 'forbidden'), forageError(401, 'missing_merchant_account')]) {
      upstream.answerNext('/api/payments/', answer)
      expect((await forage.fetch('/api/payments/')).status).toBe(answer.status)
    }
    expect(upstream.count(tokenPath)).toBe(1)
  })

  it('forage.fetch does not wait for the end of a long 401', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    const headers = { 'content-type': 'application/json', 'content-length': '70000' }
    upstream.answerNext('/api/payments/', new Response('x'.repeat(70_000), { status: 401, headers }))
    expect((await forage.fetch('/api/payments/')).status).toBe(200)
  })

  it('forage.fetch rejects with a typed error if Forage does not answer, and with the reason of an abort', async () => {
    const { forage, upstream } = createFixture()
    upstream.answerNext('/api/payments/', () => Promise.reject(new TypeError('fetch failed')))
    await expect(forage.fetch('/api/payments/')).rejects.toMatchObject({ code: 'upstream_unavailable' })
    const controller = new AbortController()
    upstream.answerNext('/api/payments/', async ({ signal }) => {
      controller.abort(new Error('gone'))
      return signal.aborted ? Promise.reject(new Error('aborted')) : new Response()
    })
    await expect(forage.fetch('/api/payments/', { signal: controller.signal })).rejects.toThrow('gone')
  })

  it('a replay by forage.fetch has the same idempotency key and body, and never the token of the caller', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    upstream.revokeAll()
    const body = new FormData()
    body.set('amount', '1.00')
    const headers = { 'Idempotency-Key': 'order-7', Authorization: 'Bearer of-the-caller' }
    await forage.fetch('/api/payments/', { method: 'POST', body, headers }, { merchantAccount })
    const sent = upstream.requests.filter(({ path }) => path === '/api/payments/')
    expect(sent.map((request) => request.headers.get('idempotency-key'))).toEqual(['order-7', 'order-7'])
    expect(sent.map((request) => request.headers.get('authorization'))).toEqual(
      [upstream.issued[0], upstream.issued[1]].map((token) => `Bearer ${token}`),
    )
    for (const request of sent) expect(request.body).toContain('1.00')
  })

  it('forage.fetch never follows a redirect and never uses a cache', async () => {
    const { forage, upstream } = createFixture()
    await forage.fetch('/api/payments/', { redirect: 'follow', cache: 'force-cache' })
    expect(upstream.requests.at(-1)!.init).toMatchObject({ redirect: 'error', cache: 'no-store' })
  })

  it('forage.fetch uses the named pool, and rejects for an unknown one', async () => {
    const { forage, upstream } = createFixture({ pools: { web: {}, ios: {} } })
    await forage.pool('web').getToken()
    await forage.fetch('/api/payments/', {}, { pool: 'ios' })
    expect(upstream.requests.at(-1)!.headers.get('authorization')).toBe(`Bearer ${upstream.issued[1]}`)
    await expect(forage.fetch('/api/payments/', {}, { pool: 'kiosk' })).rejects.toThrow('"pool"')
  })

  it('forage.fetch rejects a merchant account that cannot be a header', async () => {
    const { forage, upstream } = createFixture()
    const calling = forage.fetch('/api/payments/', {}, { merchantAccount: 'a\r\nb' })
    await expect(calling).rejects.toThrow('"merchantAccount"')
    expect(upstream.requests).toEqual([])
  })

  it('forage.fetch rejects for other origins than the API', async () => {
    const { forage, upstream } = createFixture()
    for (const path of [
      'https://evil.example/api/',
      '//evil.example/',
      new URL('http://api.sandbox.joinforage.app/'),
    ]) {
      await expect(forage.fetch(path)).rejects.toThrow(TypeError)
    }
    await forage.fetch('https://api.sandbox.joinforage.app/api/orders/')
    expect(upstream.requests.map(({ path }) => path)).toEqual([tokenPath, '/api/orders/'])
  })
})

describe('close', () => {
  it('after close, calls reject, no token is revoked and no timer is pending', async () => {
    const { forage, upstream, clock } = createFixture()
    await forage.mintSessionToken({ merchantAccount })
    await forage.close()
    const pool = forage.pool('web')
    const reason = 'too late'
    for (const call of [
      () => forage.mintSessionToken({ merchantAccount }),
      () => forage.fetch('/api/payments/'),
      () => forage.revokeAll({ confirm: 'every checkout will need a new token' }),
      () => pool.getToken(),
      () => pool.rotate(),
      () => pool.compromise({ reason }),
      () => pool.freeze({ reason }),
      () => pool.thaw(),
    ]) {
      expect(await codeOf(call())).toBe('closed')
    }
    expect(forage.health()).toMatchObject({ live: false, ready: false })
    expect(upstream.requests).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })

  it('close waits for a token request in progress', async () => {
    const { forage, upstream } = createFixture()
    let answer = (): void => {}
    upstream.answerNext(tokenPath, () => new Promise((resolve) => (answer = () => resolve(invalidToken()))))
    const waiting = codeOf(forage.pool('web').getToken())
    while (upstream.count(tokenPath) === 0) await settle()
    let isClosed = false
    const closing = forage.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    answer()
    await closing
    expect(await waiting).toBe('credentials_rejected')
  })

  it.each<[string, string, (forage: ForageServer) => Promise<unknown>]>([
    ['a session token', sessionTokenPath, (forage) => forage.mintSessionToken({ merchantAccount })],
    ['a call', '/api/payments/', (forage) => forage.fetch('/api/payments/')],
    ['a rotation', tokenPath, (forage) => forage.pool('web').rotate()],
    ['an emergency', revokePath, (forage) => forage.pool('web').compromise({ reason: 'leaked' })],
  ])('close waits for %s in progress', async (_, path, call) => {
    const { forage, upstream } = createFixture()
    await forage.pool('web').getToken()
    const before = upstream.count(path)
    let reply = (): void => {}
    upstream.answerNext(
      path,
      () =>
        new Promise(
          (resolve) =>
            (reply = () => resolve(path === tokenPath ? upstream.issue() : Response.json({ token: 't' }))),
        ),
    )
    const waiting = codeOf(call(forage))
    while (upstream.count(path) === before) await settle()
    let isClosed = false
    const closing = forage.close().then(() => (isClosed = true))
    await settle()
    expect(isClosed).toBe(false)
    reply()
    await closing
    expect(await waiting).toBeUndefined()
  })
})

describe('a store that does not answer', () => {
  it('no caller notices a store outage while the token in memory is usable', async () => {
    const { forage, clock, upstream, eventsOf } = createFixture({ store: failingAfter(5) })
    const token = await forage.pool('web').getToken()
    for (let i = 0; i < 48; i++) {
      await clock.advance(day / 8)
      expect(await forage.pool('web').getToken()).toBe(token)
      await settle()
    }
    expect(upstream.count(tokenPath)).toBe(1)
    expect(eventsOf('store-unavailable')).toHaveLength(1)
    expect(forage.health()).toMatchObject({ ready: true, degraded: [expect.stringContaining('store')] })
  })
})

describe('the option upstreamLimit', () => {
  const upstreamLimit = { requests: 4, perMs: 60_000, queueMs: 2000 }

  it('upstreamLimit counts every request to Forage and sends none above the limit', async () => {
    const { forage, upstream, clock } = createFixture({ upstreamLimit })
    for (let i = 0; i < 3; i++) await forage.mintSessionToken({ merchantAccount })
    await expect(forage.mintSessionToken({ merchantAccount })).rejects.toMatchObject({
      code: 'upstream_throttled',
      retryable: true,
      retryAt: clock.now() + 60_000,
    })
    expect(upstream.requests).toHaveLength(4)
    await clock.advance(60_000)
    await forage.mintSessionToken({ merchantAccount })
  })

  it('with upstreamLimit, server-side calls leave two thirds of the requests to session tokens', async () => {
    const { forage } = createFixture({ upstreamLimit: { ...upstreamLimit, requests: 6 } })
    for (let i = 0; i < 2; i++) await forage.fetch('/api/payments/')
    await expect(forage.fetch('/api/payments/')).rejects.toMatchObject({ code: 'upstream_throttled' })
    for (let i = 0; i < 3; i++) await forage.mintSessionToken({ merchantAccount })
  })

  it('with upstreamLimit, the 15 minutes of a queued session token begin when its request is sent', async () => {
    const { forage, clock } = createFixture({ upstreamLimit: { ...upstreamLimit, requests: 2 } })
    await forage.mintSessionToken({ merchantAccount })
    await clock.advance(59_000)
    const waiting = forage.mintSessionToken({ merchantAccount })
    await clock.advance(1000)
    expect((await waiting).expiresAt).toBe(clock.now() + 900_000)
    expect(clock.pending()).toBe(0)
  })

  it('with an exhausted upstreamLimit, a token request fails as throttled and is no mint with unknown outcome', async () => {
    const { forage, upstream, clock, eventsOf } = createFixture({
      upstreamLimit: { requests: 1, perMs: 60_000, queueMs: 0 },
      pools: { web: {}, ios: {} },
    })
    await forage.pool('web').getToken()
    const other = forage.pool('ios').getToken()
    expect(await codeOf(other)).toBe('upstream_throttled')
    expect(eventsOf('authentication-token-failed')).toMatchObject([
      { kind: 'throttled', code: 'upstream_limit', retryAt: clock.now() + 60_000 },
    ])
    expect(upstream.count(tokenPath)).toBe(1)
    await clock.advance(60_000)
    await forage.pool('ios').getToken()
  })

  it('with an exhausted upstreamLimit, the endpoint answers 503 with Retry-After', async () => {
    const { forage } = createFixture({ upstreamLimit: { requests: 1, perMs: 60_000, queueMs: 0 } })
    await forage.pool('web').getToken()
    const authorize = () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount })
    const handler = forage.sessionTokenHandler({ authorize })
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const response = await handler(new Request('https://shop.example/token', { method: 'POST', headers }))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await response.json()).toMatchObject({ code: 'upstream_throttled' })
  })
})
