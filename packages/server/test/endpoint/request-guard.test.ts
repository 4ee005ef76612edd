import { describe, expect, it } from 'vitest'

import { createFixture } from '../fixtures/server-fixture.ts'
import { alice, createHandler, problem, shop } from './endpoint-fixture.ts'

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
