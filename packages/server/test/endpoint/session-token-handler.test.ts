import { describe, expect, it } from 'vitest'

import { type Authorize } from '../../src/index.ts'
import { createFixture, merchantAccount, whileTimePasses } from '../fixtures/server-fixture.ts'
import {
  forageError,
  invalidToken,
  oauthError,
  sessionTokenPath,
  tokenPath,
} from '../fixtures/upstream-stub.ts'
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

describe('a failure of Forage', () => {
  it('a 401 from Forage becomes a 503', async () => {
    const fixture = createFixture()
    const { handle, upstream } = createHandler({}, fixture)
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 4 }, invalidToken))
    const response = await whileTimePasses(fixture, handle())
    // The rest of the 10 s that a new token has, after two more tries.
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await problem(response)).toEqual([503, 'upstream_unavailable'])
  })

  it('a 401 from Forage about something else than the token becomes a 503', async () => {
    const fixture = createFixture()
    const { handle, upstream } = createHandler({}, fixture)
    upstream.answerNext(sessionTokenPath, ...Array.from({ length: 3 }, invalidToken))
    const response = await whileTimePasses(fixture, handle())
    expect(response.headers.get('retry-after')).toBe('5')
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
