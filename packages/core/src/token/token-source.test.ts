import { describe, expect, test } from 'vitest'

import {
  createForageSession,
  merchantEndpoint,
  type MerchantEndpointOptions,
  type TokenRequest,
} from '../index.ts'

interface Requested {
  readonly input: unknown
  readonly init: RequestInit
}

/** Sends one token request, and returns what was sent. */
async function requestOnce(
  options: MerchantEndpointOptions = {},
  request: Partial<TokenRequest> = {},
): Promise<Requested> {
  const requested: Requested[] = []
  const fetch = async (input: unknown, init: RequestInit): Promise<Response> => {
    requested.push({ input, init })
    return Response.json({ token: 'sandbox_a' })
  }
  const { signal } = new AbortController()
  await merchantEndpoint('/api/token', { fetch, ...options })({
    reason: 'first',
    checkoutId: 'cart-1',
    attempt: 1,
    signal,
    ...request,
  })
  return requested[0]!
}

const headersOf = ({ init }: Requested): object => Object.fromEntries(new Headers(init.headers))

describe('a token request to the merchant’s endpoint', () => {
  test('a token request is a POST of JSON with same-origin credentials, without cache and redirects', async () => {
    const { signal } = new AbortController()
    const requested = await requestOnce({}, { signal, reason: 'renewal' })
    expect(requested).toEqual({
      input: '/api/token',
      init: {
        method: 'POST',
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'manual',
        headers: expect.any(Headers),
        body: '{"checkout_id":"cart-1","reason":"renewal"}',
        signal,
      },
    })
    expect(headersOf(requested)).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
  })

  test.each(['first', 'renewal', 'expired', 'rejected'] as const)(
    'a token request names its reason (%s), and has no checkout_id without a checkout',
    async (reason) => {
      const { init } = await requestOnce({}, { reason, checkoutId: undefined })
      expect(JSON.parse(init.body as string)).toEqual({ reason })
    },
  )

  test.each<[string, NonNullable<MerchantEndpointOptions['headers']>]>([
    ['an object', { 'X-CSRF-Token': 'c', 'Content-Type': 'text/plain' }],
    ['a function', async () => new Headers({ 'X-CSRF-Token': 'c', 'Content-Type': 'text/plain' })],
  ])(
    'a token request has the headers given as %s, and stays JSON, which needs a preflight',
    async (_, headers) => {
      expect(headersOf(await requestOnce({ headers }))).toMatchObject({
        'x-csrf-token': 'c',
        'content-type': 'application/json',
      })
    },
  )

  test('a token request sends cookies to another origin only with credentials: include', async () => {
    expect((await requestOnce({ credentials: 'include' })).init.credentials).toBe('include')
  })

  test('the token request of a session uses the session’s own fetch', async () => {
    const requested: unknown[] = []
    const tokenSource = new URL('https://shop.example/api/token')
    const session = createForageSession({
      tokenSource,
      fetch: async (input) => {
        requested.push(input)
        return Response.json({ access_token: 'sandbox_a', expires_in: 900 })
      },
    })
    await expect(session.getToken()).resolves.toBe('sandbox_a')
    expect(requested).toEqual([tokenSource])
    session.close()
  })
})
