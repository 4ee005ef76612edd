import { describe, expect, it } from 'vitest'

import type { SessionTokenHandlerOptions } from '../../src/index.ts'
import { settle } from '../fixtures/virtual-clock.ts'
import { alice, createHandler, problem, shop } from './endpoint-fixture.ts'

const app = 'https://app.example'
const fromApp = { 'sec-fetch-site': 'cross-site', origin: app }
type Origins = NonNullable<SessionTokenHandlerOptions['origins']>

describe('the option `origins` as a function', () => {
  it.each<[string, Origins]>([
    ['returns true', () => true],
    ['resolves to true', async () => true],
  ])('a function that %s allows the page, and lets it read the answer', async (_, origins) => {
    const { handle } = createHandler({ origins })
    const { status, headers } = await handle({ headers: fromApp })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, app])
    const preflight = await handle({ method: 'OPTIONS', headers: fromApp })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, app])
  })

  it.each<[string, Origins]>([
    ['returns false', () => false],
    ['resolves to false', async () => false],
    ['returns something that is merely truthy', () => 'yes' as never],
    ['resolves to nothing', async () => undefined as never],
  ])('a function that %s refuses the page, without CORS headers and without an event', async (_, origins) => {
    const { handle, eventsOf } = createHandler({ origins })
    for (const method of ['POST', 'OPTIONS']) {
      const response = await handle({ method, headers: fromApp })
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
      expect(await problem(response)).toEqual([403, 'origin_denied'])
    }
    expect(eventsOf('hook-failed')).toEqual([])
  })

  it.each<[string, Origins]>([
    [
      'throws',
      () => {
        throw new RangeError('postgres://user:secret@host')
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('postgres://user:secret@host'))],
  ])(
    'a function that %s refuses every request with an origin, and an event reports it',
    async (_, origins) => {
      let calls = 0
      const { handle, events, eventsOf } = createHandler({ origins, authorize: () => (calls++, alice) })
      for (const headers of [fromApp, { 'sec-fetch-site': 'same-origin', origin: shop }]) {
        const response = await handle({ headers })
        expect(response.headers.has('access-control-allow-origin')).toBe(false)
        expect(await problem(response)).toEqual([403, 'origin_denied'])
      }
      expect(eventsOf('hook-failed')).toMatchObject([
        { hook: 'origins', error: 'RangeError' },
        { hook: 'origins', error: 'RangeError' },
      ])
      expect(JSON.stringify(events)).not.toContain('secret')
      expect(calls).toBe(0)
    },
  )

  it('a function that does not decide within 5 seconds refuses the request', async () => {
    const { handle, clock, eventsOf } = createHandler({ origins: () => new Promise(() => {}) })
    const waiting = handle({ headers: fromApp })
    while (clock.pending() === 0) await settle()
    await clock.advance(5000)
    expect(await problem(await waiting)).toEqual([403, 'origin_denied'])
    expect(eventsOf('hook-failed')).toMatchObject([{ hook: 'origins', error: 'TimeoutError' }])
  })

  it('the function gets the origin and the request without its body, once for each request', async () => {
    const seen: unknown[] = []
    const { handle } = createHandler({
      origins: async (origin, request) => {
        seen.push(origin, request.headers.get('cookie'), new URL(request.url).origin, await request.text())
        return true
      },
    })
    expect((await handle({ headers: { ...fromApp, cookie: 'sid=1' } })).status).toBe(200)
    expect(seen).toEqual([app, 'sid=1', shop, ''])
  })

  it('the function is not called without an origin, for the origin `null`, and for apps', async () => {
    let calls = 0
    const origins = (): boolean => (calls++, true)
    const { handle } = createHandler({ origins })
    expect((await handle()).status).toBe(200)
    expect((await handle({ headers: { origin: 'null' } })).status).toBe(403)
    const native = createHandler({ origins, channel: 'native' })
    await native.handle({ headers: { origin: app, authorization: 'Bearer app' } })
    expect(calls).toBe(0)
  })
})

describe('the option `origins` as a list', () => {
  it.each(['capacitor://localhost', 'ionic://localhost', 'tauri://localhost', 'chrome-extension://abcdef'])(
    'an app with the origin %s gets a token, if it is listed',
    async (origin) => {
      const { handle } = createHandler({ origins: [origin] })
      const { status, headers } = await handle({ headers: { origin, 'sec-fetch-site': null } })
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin])
      expect((await handle({ headers: { origin: `${origin}.evil`, 'sec-fetch-site': null } })).status).toBe(
        403,
      )
    },
  )

  it('a listed origin matches as a whole, not at its beginning', async () => {
    const { handle } = createHandler({ origins: [app] })
    for (const origin of [`${app}.evil.example`, `${app}:8443`, app.slice(0, -1)])
      expect((await handle({ headers: { ...fromApp, origin } })).status).toBe(403)
  })
})

describe('a request without Origin and Fetch Metadata', () => {
  it('a request without both is refused with a message that names the native channel', async () => {
    const { handle } = createHandler()
    const response = await handle({ headers: { 'sec-fetch-site': null, 'sec-fetch-mode': null } })
    const { detail } = (await response.clone().json()) as { detail: string }
    expect(await problem(response)).toEqual([403, 'origin_denied'])
    expect(detail).toContain('neither Origin nor Sec-Fetch-Site')
    expect(detail).toContain("`channel: 'native'`")
  })

  it('a page that is not listed gets another message', async () => {
    const { handle } = createHandler()
    const response = await handle({
      headers: { origin: app, 'sec-fetch-site': null, 'sec-fetch-mode': null },
    })
    expect(await response.text()).not.toContain('native')
  })
})

describe('the headers that a preflight asks for', () => {
  const ask = (names: string, origin = app) => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': names,
    }
    return createHandler({ origins: [app] }).handle({ method: 'OPTIONS', headers })
  }

  it.each([
    ['content-type,sentry-trace,baggage'],
    ['content-type, traceparent, tracestate'],
    ['x-datadog-trace-id, x-datadog-parent-id'],
    ['X-CSRF-Token'],
  ])('a listed origin may send %s', async (names) => {
    const { headers } = await ask(names)
    const allowed = headers.get('access-control-allow-headers')!.split(', ')
    for (const name of names.split(',')) expect(allowed).toContain(name.trim().toLowerCase())
    expect(allowed).toEqual([...new Set(allowed)])
    expect(allowed.slice(0, 2)).toEqual(['content-type', 'authorization'])
    expect(headers.get('vary')).toBe('Origin, Cookie, Authorization, Access-Control-Request-Headers')
  })

  it('a text that is no name of a header is not repeated', async () => {
    const { headers } = await ask('x-a, , x b, x:c, "d", x-e')
    expect(headers.get('access-control-allow-headers')).toBe('content-type, authorization, x-a, x-e')
  })

  it('another origin learns of no header', async () => {
    const { status, headers } = await ask('x-csrf-token', 'https://evil.example')
    expect([status, headers.has('access-control-allow-headers')]).toEqual([403, false])
  })
})
