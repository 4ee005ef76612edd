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
  it('is answered with a session token and the seconds left', async () => {
    const { handle, upstream } = createHandler()
    const response = await handle()
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ token: upstream.issued[1], expires_in: 900 })
  })

  it('may have no body at all', async () => {
    const { handle } = createHandler()
    expect((await handle({ body: null })).status).toBe(200)
  })

  it('hands `authorize` what was in the body, and a request without one', async () => {
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

  it('cannot choose a merchant or a pool, not in its address either', async () => {
    const { handle, upstream } = createHandler()
    await handle({
      query: '?merchantAccount=mid%2Fother&pool=x&checkout_id=cart-2',
      body: JSON.stringify({ merchant_account: 'mid/other', merchantAccount: 'mid/other', pool: 'x' }),
    })
    expect(upstream.requests.at(-1)!.headers.get('merchant-account')).toBe(merchantAccount)
  })
})

describe('two requests of one checkout at once', () => {
  it('cost one mint', async () => {
    const { handle, upstream } = createHandler()
    const [one, other] = await Promise.all([handle(), handle()])
    expect(await one.json()).toEqual(await other.json())
    expect(upstream.count(sessionTokenPath)).toBe(1)
  })

  it('do not wait for each other where each is its own I/O context: one that was ended takes nobody along', async () => {
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
  ])('%s is private to its receiver', async (status, asking) => {
    const { handle } = createHandler()
    const response = await handle(asking)
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
    ['GET', { method: 'GET' }, 405, 'method_not_allowed'],
    ['a page of another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'origin_denied'],
    ['a typed address', { headers: { 'sec-fetch-site': 'none' } }, 403, 'origin_denied'],
    ['no sign of a browser', { headers: { 'sec-fetch-site': null } }, 403, 'origin_denied'],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    ['no content type', { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['broken JSON', { body: '{"checkout' }, 415, 'unsupported_media_type'],
    ['JSON that is no object', { body: '[]' }, 415, 'unsupported_media_type'],
    ['a wrong type', { body: '{"checkout_id":1}' }, 415, 'unsupported_media_type'],
    ['8 KiB and 1 byte', { body: ' '.repeat(8193) }, 413, 'payload_too_large'],
    ['another checkout', { body: '{"checkout_id":"cart-2"}' }, 403, 'forbidden'],
  ])('%s', async (_, asking, status, code) => {
    const { handle, upstream } = createHandler()
    const response = await handle(asking)
    expect(await problem(response)).toEqual([status, code])
    expect(upstream.requests).toEqual([])
  })

  it('says which method is allowed, and gives HEAD no body', async () => {
    const { handle } = createHandler()
    expect((await handle({ method: 'PUT' })).headers.get('allow')).toBe('POST, OPTIONS')
    const head = await handle({ method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([405, ''])
  })

  it('is not shown to `authorize`', async () => {
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

  it('that is listed is let in and may read the answer', async () => {
    const { handle } = createHandler({ origins: [shop, app] })
    const response = await handle({ headers: fromApp })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(app)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-expose-headers')).toContain('Date')
  })

  it('that is listed may ask first', async () => {
    const { handle } = createHandler({ origins: [app] })
    const response = await handle({
      method: 'OPTIONS',
      headers: { origin: app, 'access-control-request-method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(app)
    expect(response.headers.get('access-control-allow-headers')).toContain('content-type')
  })

  it('that is not listed learns nothing', async () => {
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

  it('is refused in the list when it is not exactly an origin', () => {
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

  it('wants Authorization and no cookie', async () => {
    const { handle } = createHandler({ channel: 'native' })
    expect((await handle({ headers: { ...app, authorization: 'Bearer app' } })).status).toBe(200)
    expect(await problem(await handle({ headers: app }))).toEqual([401, 'unauthorized'])
    const withCookie = { ...app, authorization: 'Bearer app', cookie: 'sid=1' }
    expect(await problem(await handle({ headers: withCookie }))).toEqual([403, 'forbidden'])
  })

  it('knows no CORS', async () => {
    const { handle } = createHandler({ channel: 'native', origins: [shop] })
    const response = await handle({ method: 'OPTIONS', headers: { origin: shop } })
    expect(response.status).toBe(405)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  })
})

/** An `authorize` that hangs, and the signals it was given. */
function neverDecides(): { authorize: Authorize; signals: AbortSignal[] } {
  const signals: AbortSignal[] = []
  const authorize: Authorize = ({ signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { authorize, signals }
}

describe('authorize', () => {
  it('is required', () => {
    expect(() => createFixture().forage.sessionTokenHandler({} as never)).toThrow('Option "authorize"')
  })

  it('that returns null means: signed out', async () => {
    const { handle } = createHandler({ authorize: () => null })
    expect(await problem(await handle())).toEqual([401, 'unauthorized'])
  })

  it('that throws is our failure, not the customer’s', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => Promise.reject(new RangeError('db: secret-dsn')),
    })
    const response = await handle()
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await problem(response)).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'RangeError' }])
  })

  it('that takes more than 2 seconds is given up and told so', async () => {
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

  it('is told when the client is gone, and what it throws then is no failure', async () => {
    const client = new AbortController()
    const asked: AbortSignal[] = []
    const authorize: Authorize = ({ signal }) => {
      asked.push(signal)
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const { handle, events } = createHandler({ authorize })
    const waiting = handle({ signal: client.signal })
    while (asked.length === 0) await settle()
    client.abort()
    expect((await waiting).status).toBe(503)
    expect(asked[0]!.aborted).toBe(true)
    expect(events.filter(({ type }) => type === 'authorize-failed')).toEqual([])
  })

  it('gets a request that can be cloned, and knows what the body was only from its second argument', async () => {
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

  it('may answer without a promise, and throw without one', async () => {
    const { handle, eventsOf } = createHandler({
      authorize: () => {
        throw new SyntaxError('at once')
      },
    })
    expect(await problem(await handle())).toEqual([503, 'upstream_unavailable'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'threw', error: 'SyntaxError' }])
  })

  it('may answer with a promise of another library', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is
    const thenable = { then: (resolve: (value: Authorization) => void) => resolve(alice) }
    const { handle } = createHandler({ authorize: () => thenable as never })
    expect((await handle()).status).toBe(200)
  })

  it('leaves no timer behind', async () => {
    const { handle, clock } = createHandler({ authorize: async () => alice })
    await handle()
    expect(clock.pending()).toBe(0)
  })

  it.each([
    [{ subject: 'a', checkoutId: 'cart-1' }],
    [{ ...alice, merchantAccount: 'a\nb' }],
    [{ ...alice, pool: 'unknown' }],
    [undefined],
  ])('that returns %o is a mistake in the configuration', async (answer) => {
    const { handle, eventsOf } = createHandler({ authorize: () => answer as never })
    expect(await problem(await handle())).toEqual([500, 'not_configured'])
    expect(eventsOf('authorize-failed')).toMatchObject([{ why: 'invalid-result' }])
  })
})

describe('asking again', () => {
  it('at the same time or within 10 seconds costs one token', async () => {
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

  it('because the API refused the token brings another one', async () => {
    const { handle, upstream } = createHandler()
    await handle()
    const response = await handle({ body: '{"checkout_id":"cart-1","reason":"rejected"}' })
    expect(await response.json()).toMatchObject({ token: upstream.issued[2] })
  })

  it('as somebody else, or for another checkout or merchant, brings one’s own', async () => {
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

  it('after the parent was invalidated brings a living one', async () => {
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

  it('goes on for the others when one of them leaves', async () => {
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

  it('after another instance has replaced the parent brings a living one', async () => {
    const store = memoryStore({ singleInstance: true })
    const upstream = createUpstream()
    const clock = createVirtualClock()
    const [here, there] = [
      createFixture({ store }, upstream, clock),
      createFixture({ store }, upstream, clock),
    ]
    const { handle } = createHandler({}, here)
    await here.forage.pool('web').getToken()
    // What was in memory is asked for anew in 5 s, what is kept now is kept for 10 s.
    await clock.advance(25_000)
    await handle()
    upstream.revokeAll()
    await there.forage.mintSessionToken({ merchantAccount })
    await clock.advance(5_000)
    await here.forage.pool('web').getToken()
    expect(await (await handle()).json()).toMatchObject({ token: upstream.issued.at(-1) })
    expect(upstream.count(tokenPath)).toBe(2)
  })

  it('after a failure tries again', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, new Response('', { status: 502 }))
    expect((await handle()).status).toBe(503)
    expect((await handle()).status).toBe(200)
  })
})

describe('a failure of Forage', () => {
  it('that is a 401 is never a 401 here', async () => {
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
  ])('%s %s is %i %s', async (upstreamPath, answer, status, code, retryAfter) => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(upstreamPath, answer())
    const response = await handle()
    expect(response.headers.get('retry-after')).toBe(retryAfter)
    expect(await problem(response)).toEqual([status, code])
  })

  it('is never repeated to the browser', async () => {
    const { handle, upstream } = createHandler()
    upstream.answerNext(sessionTokenPath, forageError(400, 'odd', 'upstream-says-something'))
    expect(await (await handle()).text()).not.toContain('upstream-says-something')
  })
})
