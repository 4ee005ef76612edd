import { describe, expect, it } from 'vitest'

import { rejection } from '../fixtures/rejections.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { forageError, tokenPath } from '../fixtures/upstream-stub.ts'
import { settle } from '../fixtures/virtual-clock.ts'

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
    expect(upstream.requests.at(-1)!.init).toMatchObject({ redirect: 'manual', cache: 'no-store' })
  })

  it.each([301, 302, 307, 308])('forage.fetch refuses a redirect with status %d', async (status) => {
    const { forage, upstream } = createFixture()
    const headers = { location: 'https://evil.example/' }
    upstream.answerNext('/api/payments/', new Response(null, { status, headers }))
    const error = await rejection(forage.fetch('/api/payments/'))
    expect([error.code, error.status]).toEqual(['upstream_unavailable', status])
    expect(error.message).toContain(String(status))
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

describe('the deadline of forage.fetch', () => {
  const silent = (): Promise<Response> => new Promise(() => {})

  it('a capture that is answered after 30 s is no failure', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(
      '/api/capture/',
      () =>
        new Promise((resolve) => void clock.setTimeout(() => resolve(Response.json({ ok: true })), 30_000)),
    )
    const capturing = forage.fetch('/api/capture/', { method: 'POST' })
    while (upstream.count('/api/capture/') === 0) await settle()
    await clock.advance(30_000)
    expect(await (await capturing).json()).toEqual({ ok: true })
    expect(clock.pending()).toBe(0)
  })

  it.each([
    ['35 s', {}, 35_000],
    ['`timeoutMs`', { timeoutMs: 500 }, 500],
  ])('a call without an answer rejects after %s, and its request is aborted', async (_, options, ms) => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext('/api/payments/', silent)
    const calling = rejection(forage.fetch('/api/payments/', {}, options))
    while (upstream.count('/api/payments/') === 0) await settle()
    await clock.advance(ms - 1)
    const { signal } = upstream.requests.at(-1)!.init!
    expect(signal!.aborted).toBe(false)
    await clock.advance(1)
    expect(await calling).toMatchObject({ code: 'upstream_unavailable', retryable: true })
    expect((await calling).remedy).toContain('Idempotency-Key')
    expect([signal!.aborted, clock.pending()]).toEqual([true, 0])
  })

  it('the deadline holds also while the call waits for a token', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext(tokenPath, silent)
    const calling = rejection(forage.fetch('/api/payments/', {}, { timeoutMs: 2000 }))
    while (upstream.count(tokenPath) === 0) await settle()
    await clock.advance(2000)
    expect((await calling).message).toBe('The API did not answer within 2000 ms')
  })

  it('the deadline holds for the body of the answer', async () => {
    const { forage, upstream, clock } = createFixture()
    upstream.answerNext('/api/payments/', new Response(new ReadableStream()))
    const response = await forage.fetch('/api/payments/', {}, { timeoutMs: 2000 })
    const reading = response.text().catch((error: Error) => error.name)
    await clock.advance(2000)
    expect(await reading).toBe('TimeoutError')
  })

  it('the signal of the caller aborts the call and later the body, with its own reason', async () => {
    const { forage, upstream } = createFixture()
    const caller = new AbortController()
    upstream.answerNext('/api/payments/', silent)
    const calling = forage.fetch('/api/payments/', { signal: caller.signal }).catch((error: unknown) => error)
    while (upstream.count('/api/payments/') === 0) await settle()
    caller.abort('enough')
    expect(await calling).toBe('enough')
    expect(upstream.requests.at(-1)!.init!.signal!.reason).toBe('enough')
  })

  it.each([0, -1, 1.5, Infinity, 3_600_001, '35000', null])('`timeoutMs` cannot be %o', async (timeoutMs) => {
    const { forage, upstream } = createFixture()
    const calling = forage.fetch('/api/payments/', {}, { timeoutMs: timeoutMs as never })
    await expect(calling).rejects.toThrow('Option "timeoutMs" must be an integer from 1 to 3600000')
    expect(upstream.requests).toEqual([])
  })
})
