import { afterEach, describe, expect, test, vi } from 'vitest'

import { createForageSession } from '../../src/index.ts'
import { api, createRefusingApi, createTokenCounter, refusal } from '../refusing-api.ts'

const address = `${api}/api/x/`

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Creates a session whose fetch records its calls and rejects the first one. */
function createRecorder() {
  const calls: [RequestInfo | URL, RequestInit | undefined][] = []
  const mint = createTokenCounter()
  const session = createForageSession({
    tokenSource: async () => mint(),
    environment: 'sandbox',
    merchantAccount: 'mid/123ab45c67',
    fetch: async (input, init) => {
      calls.push([input, init])
      return calls.length === 1 ? refusal() : new Response()
    },
  })
  return { session, calls }
}

describe('headers', () => {
  test('an Idempotency-Key is the same on both attempts', async () => {
    const { session, sent } = createRefusingApi()
    await session.fetch(address, { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'key-1' } })
    expect(sent.map(({ headers }) => headers.get('Idempotency-Key'))).toEqual(['key-1', 'key-1'])
  })

  test.each<[string, HeadersInit]>([
    ['an object', { 'x-own': '1' }],
    ['tuples', [['x-own', '1']]],
    ['Headers', new Headers({ 'X-OWN': '1' })],
  ])('headers given as %s are sent on both attempts, with one Authorization', async (_, headers) => {
    const { session, sent } = createRefusingApi()
    await session.fetch(address, { headers })
    for (const one of sent) {
      expect(one.headers.get('X-Own')).toBe('1')
      expect(one.headers.get('Authorization')).toMatch(/^Bearer sandbox_token-\d$/)
    }
  })

  test.each<[string, HeadersInit]>([
    ['authorization', { authorization: 'Basic own' }],
    ['AUTHORIZATION', [['AUTHORIZATION', 'Basic own']]],
    ['Headers', new Headers({ Authorization: 'Basic own' })],
  ])(
    'an Authorization header from the caller (%s) is the only one, and the session adds no token',
    async (_, headers) => {
      const { session, tokens, tokenRequests } = createRefusingApi({}, [refusal])
      await session.fetch(address, { headers })
      await session.fetch(new Request(address, { headers }))
      expect(tokens()).toEqual(['Basic own', 'Basic own'])
      expect(tokenRequests()).toBe(0)
    },
  )

  test('headers from the caller take precedence over those of the session', async () => {
    const { session, sent } = createRefusingApi({ merchantAccount: 'mid/123ab45c67' })
    const headers = { 'Merchant-Account': 'mid/own', 'Content-Type': 'multipart/form-data; boundary=own' }
    await session.fetch(address, { method: 'POST', body: new FormData(), headers })
    expect(sent).toHaveLength(2)
    for (const one of sent)
      expect([...one.headers]).toEqual(
        expect.arrayContaining(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      )
  })

  test('the caller’s headers, init and Request are not changed', async () => {
    const headers = new Headers({ 'X-Own': '1' })
    const init = Object.freeze({ method: 'POST', body: '{}', headers })
    const request = new Request(address, { headers: { 'X-Own': '1' } })
    const { session, sent } = createRefusingApi({ merchantAccount: 'mid/123ab45c67' })
    await session.fetch(address, init)
    await session.fetch(request)
    expect(sent).toHaveLength(3)
    expect([...headers]).toEqual([['x-own', '1']])
    expect([...request.headers]).toEqual([['x-own', '1']])
    expect(Object.keys(init)).toEqual(['method', 'body', 'headers'])
  })

  test('the replay does not change the headers of the first attempt', async () => {
    const { session, calls } = createRecorder()
    await session.fetch(address)
    const sent = calls.map(([, init]) => (init!.headers as Headers).get('Authorization'))
    expect(sent).toEqual(['Bearer sandbox_token-1', 'Bearer sandbox_token-2'])
  })

  test('headers that no request can have cause fetch’s own TypeError', async () => {
    const { session, tokenRequests } = createRefusingApi()
    await expect(session.fetch(address, { headers: { 'not a name': '1' } })).rejects.toThrow(TypeError)
    expect(tokenRequests()).toBe(0)
  })
})

describe('a URL', () => {
  test.each<[string, () => RequestInfo | URL]>([
    ['a string', () => address],
    ['a URL', () => new URL(address)],
    ['a Request', () => new Request(address)],
  ])('a URL given as %s is the same on both attempts', async (_, input) => {
    const { session, sent } = createRefusingApi()
    await session.fetch(input())
    expect(sent.map(({ url }) => url)).toEqual([address, address])
  })

  test('a relative URL is resolved when the call starts, for both attempts', async () => {
    const page = { baseURI: `${api}/shop/cart/` }
    vi.stubGlobal('document', page)
    const { session, sent } = createRefusingApi({}, [
      () => {
        page.baseURI = `${api}/shop/checkout/done/`
        return refusal()
      },
    ])
    await session.fetch('../items/?page=2')
    expect(sent.map(({ url }) => url)).toEqual(Array(2).fill(`${api}/shop/items/?page=2`))
  })

  test('a relative URL in a worker is relative to the worker’s script', async () => {
    vi.stubGlobal('location', { href: `${api}/assets/worker.js` })
    const { session, sent } = createRefusingApi()
    await session.fetch('x/')
    expect(sent.map(({ url }) => url)).toEqual(Array(2).fill(`${api}/assets/x/`))
  })

  test('a relative URL without a page causes fetch’s own TypeError', async () => {
    const { session, tokenRequests } = createRefusingApi()
    await expect(session.fetch('/api/x/')).rejects.toThrow(TypeError)
    expect(tokenRequests()).toBe(0)
  })

  test.each([
    'https://api.sandbox.joinforage.app.evil.example/',
    'https://api.sandbox.joinforage.app@evil.example/',
    'http://api.sandbox.joinforage.app/',
    'https://api.sandbox.joinforage.app:444/',
    'https://api.joinforage.app/',
    'https://xapi.sandbox.joinforage.app/',
    'data:text/plain,https://api.sandbox.joinforage.app/',
    'blob:https://api.sandbox.joinforage.app/0f2c',
  ])('a URL of another origin (%s) never gets the token', async (other) => {
    const { session, calls } = createRecorder()
    await session.fetch(other)
    expect(calls).toEqual([[other, undefined]])
  })

  test('the fetch option is called without a receiver, as the page’s own fetch requires', async () => {
    const seen: unknown[] = []
    const { session } = createRefusingApi({
      fetch(this: unknown) {
        seen.push(this)
        return Promise.resolve(new Response())
      },
    })
    await session.fetch('https://shop.example/')
    await session.fetch(address)
    expect(seen).toEqual([undefined, undefined])
  })
})

describe('the init and the Request', () => {
  test('every member of an init, known or not, is passed on both attempts', async () => {
    const { session, calls } = createRecorder()
    const extra = {
      dispatcher: {},
      next: { revalidate: 0 },
      priority: 'high',
      keepalive: true,
      cache: 'no-store',
    }
    await session.fetch(address, extra as RequestInit)
    expect(calls).toHaveLength(2)
    for (const [, init] of calls) expect(init).toMatchObject(extra)
    expect((calls[1]![1] as typeof extra).dispatcher).toBe(extra.dispatcher)
  })

  test('inherited members of an init are passed on', async () => {
    const { session, sent } = createRefusingApi()
    const defaults = { method: 'POST', headers: { 'X-Own': '1' } }
    await session.fetch(
      address,
      Object.create(defaults, { body: { value: '{}', enumerable: true } }) as RequestInit,
    )
    expect(sent).toHaveLength(2)
    for (const one of sent) {
      expect([one.method, one.headers.get('X-Own'), one.body]).toEqual(['POST', '1', '{}'])
    }
  })

  test('a Request in place of an init is read as one', async () => {
    const { session, sent } = createRefusingApi({}, [() => new Response()])
    const request = new Request('https://shop.example/', {
      method: 'PUT',
      body: 'milk',
      headers: { 'X-Own': '1' },
    })
    await session.fetch(address, request)
    const [{ url, method, headers, body }] = sent as [(typeof sent)[0]]
    expect([url, method, headers.get('X-Own'), body]).toEqual([address, 'PUT', '1', 'milk'])
  })

  test('a Request keeps its members on both attempts, including the referrer, which an init would reset', async () => {
    const seen: Request[] = []
    const { session } = createRefusingApi({
      fetch: async (input, init) => {
        seen.push(new Request(input, init))
        return seen.length === 1 ? refusal() : new Response()
      },
    })
    const request = new Request(address, {
      method: 'POST',
      body: '{}',
      referrer: '',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      keepalive: true,
    })
    await session.fetch(request)
    expect(seen).toHaveLength(2)
    for (const sent of seen) {
      expect(sent).toMatchObject({
        referrer: '',
        referrerPolicy: 'no-referrer',
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
        keepalive: true,
      })
    }
  })
})

test('a URL with an init causes no Request, no copy and no signal inside the session', async () => {
  const { session, calls } = createRecorder()
  await session.fetch(address)
  calls.splice(0, calls.length, [address, undefined])
  const { signal } = new AbortController()
  const RequestSpy = vi.fn<() => void>()
  vi.stubGlobal('Request', RequestSpy)
  const others = [
    vi.spyOn(Response.prototype, 'clone'),
    vi.spyOn(AbortSignal, 'any'),
    vi.spyOn(globalThis, 'AbortController'),
  ]
  const init = { method: 'POST', body: '{"amount":"20.00"}', headers: { 'Idempotency-Key': 'k' }, signal }
  await session.fetch(address, init)
  await session.fetch(new URL(address), init)
  expect(calls).toHaveLength(3)
  expect(calls[1]![1]).toMatchObject({ body: init.body, signal })
  for (const spy of [RequestSpy, ...others]) expect(spy).not.toHaveBeenCalled()
})
