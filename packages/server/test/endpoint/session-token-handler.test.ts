import { describe, expect, it } from 'vitest'

import { memoryStore, type Authorization, type Authorize } from '../../src/index.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import {
  createUpstream,
  forageError,
  invalidToken,
  oauthError,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle } from '../fixtures/virtual-clock.ts'
import { alice, createHandler, problem, shop } from './endpoint-fixture.ts'

describe('a good request', () => {
  it('the endpoint answers with a session token and the seconds until it expires', async () => {
    const { handle, upstream } = createHandler()
    const response = await handle()
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ token: upstream.issued[1], expires_in: 900 })
  })

  it('the endpoint accepts a request without a body', async () => {
    const { handle } = createHandler()
    expect((await handle({ body: null })).status).toBe(200)
  })

  it('`authorize` receives the parsed body, and a request whose body is empty', async () => {
    const seen: unknown[] = []
    const authorize: Authorize = async (request, body) => {
      seen.push(body, request.headers.get('cookie'), request.method, await request.text())
      return alice
    }
    const { handle } = createHandler({ authorize })
    await handle({
      headers: { cookie: 'sid=1' },
      body: '{"checkout_id":"cart-1","reason":"expired","pool":"x"}',
    })
    expect(seen).toEqual([{ checkoutId: 'cart-1', reason: 'expired' }, 'sid=1', 'POST', ''])
  })

  it('no field of the body and no query parameter chooses a merchant or a pool', async () => {
    const { handle, upstream } = createHandler()
    await handle({
      query: '?merchantAccount=mid%2Fother&pool=x&checkout_id=cart-2',
      body: JSON.stringify({ merchant_account: 'mid/other', merchantAccount: 'mid/other', pool: 'x' }),
    })
    expect(upstream.requests.at(-1)!.headers.get('merchant-account')).toBe(merchantAccount)
  })
})

describe('concurrent requests of one checkout', () => {
  it('two concurrent requests of one checkout cost one mint', async () => {
    const { handle, upstream } = createHandler()
    const [one, other] = await Promise.all([handle(), handle()])
    expect(await one.json()).toEqual(await other.json())
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('with `waitUntil`, a request does not wait for another request that the platform ended', async () => {
    const fixture = createFixture({ waitUntil: () => {} })
    await fixture.forage.pool('web').getToken()
    const { handle, upstream } = createHandler({}, fixture)
    upstream.answerNext(sessionTokenPath, () => new Promise(() => {}))
    const ended = handle()
    while (upstream.count(sessionTokenPath) === 0) await settle()
    expect((await Promise.race([ended, handle()])).status).toBe(200)
    expect(upstream.count(sessionTokenPath)).toBe(2)
  })
})

describe('every answer', () => {
  it.each([
    ['200', {}],
    ['403', { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } }],
    ['405', { method: 'GET' }],
    ['413', { body: ' '.repeat(8193) }],
    ['204', { method: 'OPTIONS', headers: { origin: shop } }],
    ['403', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }],
    ['405', { method: 'HEAD' }],
    ['415', { headers: { 'content-type': 'text/plain' } }],
  ])('an answer with status %s has the headers that keep it private', async (status, parts) => {
    const { handle } = createHandler()
    const response = await handle(parts)
    expect(String(response.status)).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store, private',
      vary: 'Origin, Cookie, Authorization',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      date: 'Wed, 01 Jan 2025 00:00:00 GMT',
    })
  })
})

describe('a request that is refused', () => {
  it.each([
    ['the method GET', { method: 'GET' }, 405, 'method_not_allowed'],
    ['a page of another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'origin_denied'],
    ['a typed address', { headers: { 'sec-fetch-site': 'none' } }, 403, 'origin_denied'],
    [
      'a request without the headers of a browser',
      { headers: { 'sec-fetch-site': null } },
      403,
      'origin_denied',
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a body that is not declared as JSON',
      { headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    ['broken JSON', { body: '{"checkout' }, 415, 'unsupported_media_type'],
    ['JSON that is not an object', { body: '[]' }, 415, 'unsupported_media_type'],
    ['a checkout_id that is not a string', { body: '{"checkout_id":1}' }, 415, 'unsupported_media_type'],
    ['a body of 8 KiB and 1 byte', { body: ' '.repeat(8193) }, 413, 'payload_too_large'],
    ['a request for another checkout', { body: '{"checkout_id":"cart-2"}' }, 403, 'forbidden'],
  ])('the endpoint refuses %s', async (_, parts, status, code) => {
    const { handle, upstream } = createHandler()
    const response = await handle(parts)
    expect(await problem(response)).toEqual([status, code])
    expect(upstream.requests).toEqual([])
  })

  it('an answer 405 names the allowed methods, and HEAD gets no body', async () => {
    const { handle } = createHandler()
    expect((await handle({ method: 'PUT' })).headers.get('allow')).toBe('POST, OPTIONS')
    const head = await handle({ method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([405, ''])
  })

  it('`authorize` is not called for a request that the guard refuses', async () => {
    let calls = 0
    const { handle } = createHandler({ authorize: () => (calls++, alice) })
    await handle({ headers: { 'sec-fetch-site': 'cross-site' } })
    await handle({ body: ' '.repeat(8193) })
    expect(calls).toBe(0)
  })
})

describe('another origin', () => {
  const app = 'https://app.example'
  const fromApp = { 'sec-fetch-site': 'cross-site', origin: app }

  it('a page of a listed origin gets a token and can read the answer', async () => {
    const { handle } = createHandler({ origins: [shop, app] })
    const response = await handle({ headers: fromApp })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(app)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-expose-headers')).toContain('Date')
  })

  it('a preflight from a listed origin succeeds', async () => {
    const { handle } = createHandler({ origins: [app] })
    const response = await handle({
      method: 'OPTIONS',
      headers: { origin: app, 'access-control-request-method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(app)
    expect(response.headers.get('access-control-allow-headers')).toContain('content-type')
  })

  it('a page of an unlisted origin gets 403 without CORS headers', async () => {
    const { handle } = createHandler({ origins: [app] })
    for (const method of ['OPTIONS', 'POST']) {
      const response = await handle({
        method,
        headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      })
      expect(await problem(response)).toEqual([403, 'origin_denied'])
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  it('sessionTokenHandler throws if `origins` lists a value that is not an origin', () => {
    const { forage } = createFixture()
    for (const origin of ['*', 'shop.example', 'https://shop.example/', 'null']) {
      expect(() => forage.sessionTokenHandler({ authorize: () => alice, origins: [origin] })).toThrow(
        '"origins"',
      )
    }
  })
})

describe('the native channel', () => {
  const app = { 'sec-fetch-site': null, 'sec-fetch-mode': null }

  it('the native channel requires Authorization and refuses cookies', async () => {
    const { handle } = createHandler({ channel: 'native' })
    expect((await handle({ headers: { ...app, authorization: 'Bearer app' } })).status).toBe(200)
    expect(await problem(await handle({ headers: app }))).toEqual([401, 'unauthorized'])
    const withCookie = { ...app, authorization: 'Bearer app', cookie: 'sid=1' }
    expect(await problem(await handle({ headers: withCookie }))).toEqual([403, 'forbidden'])
  })

  it('the native channel sends no CORS headers', async () => {
    const { handle } = createHandler({ channel: 'native', origins: [shop] })
    const response = await handle({ method: 'OPTIONS', headers: { origin: shop } })
    expect(response.status).toBe(405)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  })
})

/** Creates an `authorize` that never settles, and collects its signals. */
function neverDecides(): { authorize: Authorize; signals: AbortSignal[] } {
  const signals: AbortSignal[] = []
  const authorize: Authorize = ({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { authorize, signals }
}

describe('authorize', () => {
  it('sessionTokenHandler throws without `authorize`', () => {
    expect(() => createFixture().forage.sessionTokenHandler({} as never)).toThrow('Option "authorize"')
  })

  it('the endpoint answers 401 if `authorize` returns null', async () => {
    const { handle } = createHandler({ authorize: () => null })
    expect(await problem(await handle())).toEqual([401, 'unauthorized'])
  })

  it('the endpoint answers 503 if `authorize` rejects', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => Promise.reject(new RangeError('db: secret-dsn')),
    })
    const response = await handle()
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problem(response)).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'RangeError' }])
  })

  it('the endpoint answers 503 and aborts `authorize` after 2 seconds', async () => {
    const { authorize, signals } = neverDecides()
    const { handle, clock } = createHandler({ authorize })
    const waiting = handle()
    while (signals.length === 0) await settle()
    const [signal] = signals as [AbortSignal]
    await clock.advance(1999)
    expect(signal.aborted).toBe(false)
    await clock.advance(1)
    expect(signal.aborted).toBe(true)
    expect(await problem(await waiting)).toEqual([503, 'upstream_unavailable'])
  })

  it('`authorize` is aborted if the client disconnects, and its rejection is no failure event', async () => {
    const client = new AbortController()
    const received: AbortSignal[] = []
    const authorize: Authorize = ({ signal }) => {
      received.push(signal)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const { handle, events } = createHandler({ authorize })
    const waiting = handle({ signal: client.signal })
    while (received.length === 0) await settle()
    client.abort()
    expect((await waiting).status).toBe(503)
    expect(received[0]!.aborted).toBe(true)
    expect(events.filter(({ type }) => type === 'authorize-failed')).toEqual([])
  })

  it('`authorize` receives a request that can be cloned and has an empty body', async () => {
    let seen: unknown
    const authorize: Authorize = async (request) => {
      const clone = request.clone()
      seen = [
        request instanceof Request,
        clone.headers.get('cookie'),
        clone.url === request.url,
        request.bodyUsed,
        request.body,
        await clone.text(),
        await new Request(clone, { method: 'PUT' }).text(),
      ]
      return alice
    }
    const { handle } = createHandler({ authorize })
    await handle({ headers: { cookie: 'sid=1' } })
    expect(seen).toEqual([true, 'sid=1', true, false, null, '', ''])
  })

  it('the endpoint answers 503 if `authorize` throws synchronously', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => {
        throw new SyntaxError('at once')
      },
    })
    expect(await problem(await handle())).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'SyntaxError' }])
  })

  it('`authorize` may return a thenable of another library', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what this test passes
    const thenable = { then: (resolve: (value: Authorization) => void) => resolve(alice) }
    const { handle } = createHandler({ authorize: () => thenable as never })
    expect((await handle()).status).toBe(200)
  })

  it('no timer is pending after `authorize` returned', async () => {
    const { handle, clock } = createHandler({ authorize: async () => alice })
    await handle()
    expect(clock.pending()).toBe(0)
  })

  it.each([
    [{ subject: 'a', checkoutId: 'cart-1' }],
    [{ ...alice, merchantAccount: 'a\nb' }],
    [{ ...alice, pool: 'unknown' }],
    [undefined],
  ])('the endpoint answers 500 not_configured if `authorize` returns %o', async (answer) => {
    const { handle, eventsOf } = createHandler({ authorize: () => answer as never })
    expect(await problem(await handle())).toEqual([500, 'not_configured'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'invalid-result' }])
  })
})

describe('repeated requests', () => {
  it('concurrent requests, and requests within 10 seconds, get the same token', async () => {
    const { handle, upstream, clock } = createHandler()
    const [first, second] = await Promise.all([handle(), handle()])
    await clock.advance(9_999)
    const third = (await (await handle()).json()) as { token: string; expires_in: number }
    expect(await first.json()).toEqual(await second.json())
    expect(third).toEqual({ token: upstream.issued[1], expires_in: 890 })
    await clock.advance(1)
    await handle()
    expect(upstream.count(sessionTokenPath)).toBe(2)
  })

  it('a request with `reason: "rejected"` gets a new token', async () => {
    const { handle, upstream } = createHandler()
    await handle()
    const response = await handle({ body: '{"checkout_id":"cart-1","reason":"rejected"}' })
    expect(await response.json()).toMatchObject({ token: upstream.issued[2] })
  })

  it('another subject, checkout or merchant gets its own token', async () => {
    const people: Authorization[] = [
      alice,
      { ...alice, subject: 'bob' },
      { ...alice, checkoutId: 'cart-2' },
      { ...alice, merchantAccount: 'mid/other' },
    ]
    let next = 0
    const { handle, upstream } = createHandler({ authorize: () => people[next++]! })
    for (const _ of people) await handle({ body: '{}' })
    expect(upstream.count(sessionTokenPath)).toBe(4)
  })

  it('after the authentication token was invalidated, a repeated request gets a live token', async () => {
    const fixture = createFixture()
    const { handle, upstream, clock, forage } = createHandler({}, fixture)
    await forage.pool('web').getToken()
    await clock.advance(60_000)
    await handle()
    upstream.revokeAll()
    await forage.mintSessionToken({ merchantAccount })
    expect(await (await handle()).json()).toMatchObject({ token: upstream.issued.at(-1) })
    expect(upstream.count(sessionTokenPath)).toBe(4)
  })

  it('a shared mint continues for the other requests if one client disconnects', async () => {
    const { handle, upstream } = createHandler()
    let answer = (): void => {}
    upstream.answerNext(
      sessionTokenPath,
      () => new Promise((resolve) => (answer = () => resolve(Response.json({ token: 'sandbox_shared' })))),
    )
    const client = new AbortController()
    const [left, stayed] = [handle({ signal: client.signal }), handle()]
    while (upstream.count(sessionTokenPath) === 0) await settle()
    client.abort()
    answer()
    expect(await (await stayed).json()).toMatchObject({ token: 'sandbox_shared' })
    await left
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('after another instance replaced the authentication token, a repeated request gets a live token', async () => {
    const store = memoryStore({ singleInstance: true })
    const upstream = createUpstream()
    const clock = createVirtualClock()
    const [here, there] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    const { handle } = createHandler({}, here)
    await here.forage.pool('web').getToken()
    // The token in memory is read from the store again in 5 s; the answer of this request is kept for 10 s.
    await clock.advance(25_000)
    await handle()
    upstream.revokeAll()
    await there.forage.mintSessionToken({ merchantAccount })
    await clock.advance(5_000)
    await here.forage.pool('web').getToken()
    expect(await (await handle()).json()).toMatchObject({ token: upstream.issued.at(-1) })
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('a request after a failure tries to mint again', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, new Response('', { status: 502 }))
    expect((await handle()).status).toBe(503)
    expect((await handle()).status).toBe(200)
  })
})

describe('a failure of Forage', () => {
  it('a 401 from Forage becomes a 503', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, invalidToken())
    const response = await handle()
    expect(response.headers.get('retry-after')).toBe('10')
    expect(await problem(response)).toEqual([503, 'upstream_unavailable'])
  })

  it.each([
    [sessionTokenPath, () => forageError(400, 'invalid_merchant_account'), 502, 'merchant_invalid', null],
    [sessionTokenPath, () => forageError(429, 'too_many_requests'), 503, 'upstream_throttled', '60'],
    [sessionTokenPath, () => forageError(403, 'forbidden'), 500, 'not_configured', null],
    [tokenPath, () => oauthError(401, 'invalid_client'), 500, 'not_configured', null],
    [tokenPath, () => new Response('<html>', { status: 502 }), 503, 'upstream_unavailable', '3'],
  ])(
    'if %s answers %s, the endpoint answers %i %s',
    async (upstreamPath, answer, status, code, retryAfter) => {
      const { handle, upstream } = createHandler()
      upstream.answerNext(upstreamPath, answer())
      const response = await handle()
      expect(response.headers.get('retry-after')).toBe(retryAfter)
      expect(await problem(response)).toEqual([status, code])
    },
  )

  it('the endpoint never shows the text of an error from Forage', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, forageError(400, 'odd', 'upstream-says-something'))
    expect(await (await handle()).text()).not.toContain('upstream-says-something')
  })
})
