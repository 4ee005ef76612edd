import { describe, expect, test, vi } from 'vitest'

import { api, createGate, createRefusingApi, expired, type Sent } from '../../test/refusing-api.ts'
import { createForageSession } from '../index.ts'

const unauthorized =
  (body: unknown, headers = {}) =>
  () =>
    Response.json(body, { status: 401, headers })

describe('attaching', () => {
  test('fetch adds the token and the merchant account and does not change the caller’s init', async () => {
    const { session, sent } = createRefusingApi({ merchantAccount: 'mid/123ab45c67' }, [() => new Response()])
    const headers = { 'X-Own': '1' }
    await session.fetch(`${api}/api/payment_methods/`, { headers })
    expect(sent[0]!.headers.get('Authorization')).toBe('Bearer sandbox_token-1')
    expect(sent[0]!.headers.get('Merchant-Account')).toBe('mid/123ab45c67')
    expect(sent[0]!.headers.get('X-Own')).toBe('1')
    expect(headers).toEqual({ 'X-Own': '1' })
  })

  test('the claims of a token are decoded once, not with each request', async () => {
    const claims = btoa(JSON.stringify({ a: 1, exp: 1_767_226_500 }))
    const tokenSource = async (): Promise<string> => `sandbox_eyJhbGciOiJIUzI1NiJ9.${claims}.mac`
    const { session } = createRefusingApi({ tokenSource })
    const decode = vi.spyOn(globalThis, 'atob')
    await session.fetch(`${api}/api/payment_methods/`)
    const once = decode.mock.calls.length
    expect(once).toBeGreaterThan(0)
    await session.fetch(`${api}/api/payment_methods/`)
    await session.fetch(`${api}/api/payment_methods/`)
    expect(decode).toHaveBeenCalledTimes(once)
    decode.mockRestore()
  })

  test.each([
    'https://api.sandbox.joinforage.app.evil.example/api/',
    'http://api.sandbox.joinforage.app/api/',
    'https://api.sandbox.joinforage.app:8443/api/',
    'https://api.joinforage.app/api/',
    'https://shop.example/',
  ])('fetch sends no token to %s', async (address) => {
    const { session, sent, tokenRequests } = createRefusingApi({}, [() => new Response()])
    await session.fetch(address)
    expect(sent[0]!.headers.has('Authorization')).toBe(false)
    expect(tokenRequests()).toBe(0)
  })

  test('fetch returns the promise of plain fetch for other origins', () => {
    const answer = Promise.resolve(new Response())
    const { session } = createRefusingApi({ fetch: () => answer })
    expect(session.fetch('https://shop.example/')).toBe(answer)
  })

  test('fetch keeps the caller’s own Authorization and does not replay its 401', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({}, [unauthorized(expired)])
    const response = await session.fetch(`${api}/api/`, { headers: { authorization: 'Bearer own' } })
    expect(response.status).toBe(401)
    expect(sent[0]!.headers.get('Authorization')).toBe('Bearer own')
    expect(tokenRequests()).toBe(0)
  })

  test('without an environment, a token goes only to the origins that its prefix names', async () => {
    const { session, sent } = createRefusingApi({ environment: undefined })
    await expect(session.fetch('https://api.joinforage.app/api/')).rejects.toMatchObject({
      code: 'token_environment_mismatch',
    })
    expect(sent).toEqual([])
    await expect(session.fetch(`${api}/api/`)).resolves.toMatchObject({ status: 200 })
  })

  test('fetch sends nothing if no token is available', async () => {
    const { session, sent } = createRefusingApi({
      tokenSource: async () => new Response('', { status: 401 }),
    })
    await expect(session.fetch(`${api}/api/`)).rejects.toMatchObject({ code: 'endpoint_rejected' })
    expect(sent).toEqual([])
  })

  test('with an aborted signal, fetch sends neither the request nor a token request', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(session.fetch(`${api}/api/`, { signal })).rejects.toThrow('gone')
    expect([sent.length, tokenRequests()]).toEqual([0, 0])
  })

  test('after close, fetch rejects with closed for attached origins and sends other requests', async () => {
    const { session, sent } = createRefusingApi({}, [() => new Response()])
    session.close()
    await expect(session.fetch(`${api}/api/`)).rejects.toMatchObject({ code: 'closed' })
    await session.fetch('https://shop.example/')
    expect(sent).toHaveLength(1)
  })
})

describe('a 401 about the token', () => {
  test('a 401 about the token is replayed once, byte-identical but for Authorization', async () => {
    const { session, sent, types, tokenRequests } = createRefusingApi()
    const response = await session.fetch(`${api}/api/payments/?draft=1`, {
      method: 'POST',
      headers: { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' },
      body: '{"amount":"20.00"}',
    })
    expect(response.status).toBe(200)
    expect(sent).toHaveLength(2)
    const [first, second] = sent as [Sent, Sent]
    expect(second.headers.get('Authorization')).toBe('Bearer sandbox_token-2')
    for (const { headers } of sent) headers.delete('Authorization')
    expect([second.url, second.method, second.body, [...second.headers]]).toEqual([
      first.url,
      first.method,
      first.body,
      [...first.headers],
    ])
    expect(tokenRequests()).toBe(2)
    expect(types()).toContain('request-replayed')
  })

  test('ten concurrent 401s cost one token request', async () => {
    const { session, sent, tokenRequests } = createRefusingApi()
    const responses = await Promise.all(Array.from({ length: 10 }, () => session.fetch(`${api}/api/x/`)))
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(tokenRequests()).toBe(2)
    expect(sent).toHaveLength(20)
  })

  test('a 401 that comes after the renewal is replayed without another token request', async () => {
    const slow = Array.from({ length: 5 }, createGate)
    let arrived = 0
    let tokens = 0
    const session = createForageSession({
      tokenSource: async () => `sandbox_token-${(tokens += 1)}`,
      environment: 'sandbox',
      fetch: async (_, init) => {
        if (new Headers(init?.headers).get('Authorization') !== 'Bearer sandbox_token-1')
          return new Response('ok')
        await slow[arrived++]!.opened
        return Response.json(expired, { status: 401 })
      },
    })
    const calls = slow.map(() => session.fetch(`${api}/api/x/`))
    for (const [index, gate] of slow.entries()) {
      gate.open()
      await expect(calls[index]).resolves.toMatchObject({ status: 200 })
    }
    expect(tokens).toBe(2)
  })

  test('a second 401, after the replay, reaches the caller with its body unread', async () => {
    const { session, sent, tokenRequests } = createRefusingApi({}, [
      unauthorized(expired),
      unauthorized(expired),
    ])
    const response = await session.fetch(`${api}/api/x/`)
    expect(response.status).toBe(401)
    await expect(response.json()).resolves.toEqual(expired)
    expect([sent.length, tokenRequests()]).toEqual([2, 2])
  })

  test('if no newer token is available, the caller gets the original 401 with its body unread', async () => {
    let requested = 0
    const { session, sent } = createRefusingApi({
      tokenSource: async () =>
        (requested += 1) === 1 ? 'sandbox_token-1' : new Response('', { status: 500 }),
    })
    const response = await session.fetch(`${api}/api/x/`)
    expect(response.status).toBe(401)
    await expect(response.json()).resolves.toEqual(expired)
    expect(sent).toHaveLength(1)
  })

  test('a 401 after a redirect is not replayed for a POST, because the redirect applied it', async () => {
    const redirected = (): Response =>
      Object.defineProperty(Response.json(expired, { status: 401 }), 'redirected', { value: true })
    const { session, sent, events } = createRefusingApi({}, [redirected])
    const response = await session.fetch(`${api}/api/payments/`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(sent).toHaveLength(1)
    expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'redirected' }))
  })

  test('a 401 is not replayed with the token of another checkout', async () => {
    const { session, sent } = createRefusingApi({ checkoutId: 'cart-1' }, [
      () => {
        session.setCheckout('cart-2')
        return Response.json(expired, { status: 401 })
      },
    ])
    const response = await session.fetch(`${api}/api/payments/`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(sent).toHaveLength(1)
  })

  test.each([
    ['keyed', {}, 1],
    ['keyed', { 'Idempotency-Key': 'k' }, 2],
    ['never', { 'Idempotency-Key': 'k' }, 1],
    [({ method }: { method: string }) => method === 'POST', {}, 2],
  ] as const)(
    'with replay: %s and headers %o, a POST that gets a 401 is sent %i times',
    async (replay, headers, times) => {
      const { session, sent } = createRefusingApi({ replay })
      await session.fetch(`${api}/api/payments/`, { method: 'POST', body: '{}', headers })
      expect(sent).toHaveLength(times)
    },
  )
})

describe('a 401 about something else', () => {
  test.each([
    ['missing_merchant_account', { errors: [{ code: 'missing_merchant_account' }] }, {}],
    [
      'a wrong PIN',
      { ref: 'e1fff94f29', balance: null, error: { forage_code: 'ebt_error_55', status_code: 400 } },
      {},
    ],
    ['insufficient scope', {}, { 'WWW-Authenticate': 'Bearer realm="api", error="insufficient_scope"' }],
  ])(
    'a 401 about something else (%s) reaches the caller at once, with its body unread',
    async (_, body, headers) => {
      const { session, sent, tokenRequests } = createRefusingApi({}, [unauthorized(body, headers)])
      const response = await session.fetch(`${api}/api/x/`)
      await expect(response.json()).resolves.toEqual(body)
      expect([sent.length, tokenRequests()]).toEqual([1, 1])
    },
  )

  test('a 403 is never replayed', async () => {
    const { session, tokenRequests } = createRefusingApi({}, [() => Response.json(expired, { status: 403 })])
    await expect(session.fetch(`${api}/api/x/`)).resolves.toMatchObject({ status: 403 })
    expect(tokenRequests()).toBe(1)
  })
})

describe('bodies', () => {
  const form = (): FormData => {
    const data = new FormData()
    data.set('receipt', new File(['milk'], 'receipt.txt', { type: 'text/plain' }))
    return data
  }
  test.each<[string, () => BodyInit]>([
    ['a string', () => 'milk'],
    ['URLSearchParams', () => new URLSearchParams({ a: '1 2' })],
    ['an ArrayBuffer', () => new TextEncoder().encode('milk').buffer],
    ['a view', () => new TextEncoder().encode('--milk--').subarray(2, 6)],
    ['a Blob', () => new Blob(['milk'], { type: 'text/plain' })],
    ['FormData', form],
  ])('%s is sent twice, byte-identical', async (_, body) => {
    const { session, sent } = createRefusingApi()
    await session.fetch(`${api}/api/x/`, { method: 'POST', body: body() })
    const [first, second] = sent as [Sent, Sent]
    expect(second.body).toBe(first.body)
    expect(second.body).not.toBe('')
    expect(second.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'))
  })

  test('a Request with a body is sent twice, byte-identical, and is used up afterwards', async () => {
    const { session, sent } = createRefusingApi()
    const request = new Request(`${api}/api/x/`, { method: 'POST', body: form() })
    await session.fetch(request)
    const [first, second] = sent as [Sent, Sent]
    expect(second.body).toBe(first.body)
    expect(second.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'))
    expect(second.body).toContain('milk')
    expect(request.bodyUsed).toBe(true)
  })

  test('a view that the caller changes later is sent with its first content', async () => {
    const bytes = new TextEncoder().encode('milk')
    const { session, sent } = createRefusingApi({}, [
      () => {
        bytes.fill(0)
        return Response.json(expired, { status: 401 })
      },
    ])
    await session.fetch(`${api}/api/x/`, { method: 'POST', body: bytes })
    expect(sent.map(({ body }) => body)).toEqual(['milk', 'milk'])
  })

  test('a stream is sent once: the caller gets the 401, and the token is renewed in the background', async () => {
    const { clock, session, sent, events, tokenRequests } = createRefusingApi()
    const body = new Blob(['milk']).stream()
    const response = await session.fetch(`${api}/api/x/`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(401)
    await clock.advance(0)
    expect([sent.length, tokenRequests()]).toEqual([1, 2])
    expect(events).toContainEqual(expect.objectContaining({ type: 'replay-refused', why: 'body' }))
  })
})

test('no event contains a token or the query of a URL', async () => {
  const { session, events } = createRefusingApi()
  await session.fetch(`${api}/api/x/?email=ada@example.com`)
  expect(JSON.stringify(events)).not.toMatch(/sandbox_token|ada@example/)
})
