import { describe, expect, test } from 'vitest'

import {
  createForageSession,
  merchantEndpoint,
  type MerchantEndpointOptions,
  type TokenRequest,
} from '../index.ts'

interface Asked {
  readonly input: unknown
  readonly init: RequestInit
}

/** Asks an endpoint once, and tells what was sent. */
async function ask(
  options: MerchantEndpointOptions = {},
  request: Partial<TokenRequest> = {},
): Promise<Asked> {
  const asked: Asked[] = []
  const fetch = async (input: unknown, init: RequestInit): Promise<Response> => {
    asked.push({ input, init })
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
  return asked[0]!
}

const headersOf = ({ init }: Asked): object => Object.fromEntries(new Headers(init.headers))

describe('a token request to the merchant’s endpoint', () => {
  test('is a POST of JSON from this origin only, past every cache, that follows no redirect', async () => {
    const { signal } = new AbortController()
    const asked = await ask({}, { signal, reason: 'renewal' })
    expect(asked).toEqual({
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
    expect(headersOf(asked)).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
  })

  test.each(['first', 'renewal', 'expired', 'rejected'] as const)(
    'says why (%s), and no checkout where there is none',
    async (reason) => {
      const { init } = await ask({}, { reason, checkoutId: undefined })
      expect(JSON.parse(init.body as string)).toEqual({ reason })
    },
  )

  test.each<[string, NonNullable<MerchantEndpointOptions['headers']>]>([
    ['an object', { 'X-CSRF-Token': 'c', 'Content-Type': 'text/plain' }],
    ['a function', async () => new Headers({ 'X-CSRF-Token': 'c', 'Content-Type': 'text/plain' })],
  ])('carries headers given as %s, and stays JSON, which needs a preflight', async (_, headers) => {
    expect(headersOf(await ask({ headers }))).toMatchObject({
      'x-csrf-token': 'c',
      'content-type': 'application/json',
    })
  })

  test('takes the cookies to another origin only where somebody said so', async () => {
    expect((await ask({ credentials: 'include' })).init.credentials).toBe('include')
  })

  test('of a session goes through the session’s own fetch', async () => {
    const asked: unknown[] = []
    const tokenSource = new URL('https://shop.example/api/token')
    const session = createForageSession({
      tokenSource,
      fetch: async (input) => {
        asked.push(input)
        return Response.json({ access_token: 'sandbox_a', expires_in: 900 })
      },
    })
    await expect(session.getToken()).resolves.toBe('sandbox_a')
    expect(asked).toEqual([tokenSource])
    session.close()
  })
})
