import { describe, expect, it, vi } from 'vitest'

import { createOAuthTokenClient } from '../../src/oauth.ts'
import { clientId, clientSecret, quidkeyError } from './refresh-upstream.ts'
import { createTokenClients } from './token-client-fixture.ts'

const minute = 60_000

const path = '/api/v1/payment-links/1'

describe('on the wire', () => {
  it('quidkey requests are JSON without redirects and cache, and only the token request contains the secret', async () => {
    const { client, upstream, pass } = createTokenClients()
    await client.getToken()
    await pass(14.5 * minute)
    const [issue, refresh] = upstream.requests
    expect(issue!.url).toBe('https://core-dev.quidkey.com/api/v1/oauth2/token')
    expect(JSON.parse(issue!.body)).toEqual({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    })
    expect(refresh!.url).toBe('https://core-dev.quidkey.com/api/v1/oauth2/refresh')
    expect(Object.keys(JSON.parse(refresh!.body) as object)).toEqual(['refresh_token'])
    expect(refresh!.headers.get('authorization')).toBeNull()
    for (const { init, headers } of upstream.requests) {
      expect(init).toMatchObject({ redirect: 'manual', cache: 'no-store' })
      expect(headers.get('content-type')).toBe('application/json')
    }
  })

  it('rfc6749 requests are authenticated forms to the token endpoint', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect: 'rfc6749' })
    await client.getToken()
    await pass(14.5 * minute)
    const [issue, refresh] = upstream.requests.map(({ body }) => new URLSearchParams(body))
    expect(Object.fromEntries(issue!)).toEqual({ grant_type: 'client_credentials' })
    expect(refresh!.get('grant_type')).toBe('refresh_token')
    for (const { url, headers } of upstream.requests) {
      expect(url).toBe('https://api.example/oauth2/token')
      expect(headers.get('authorization')).toMatch(/^Basic /)
    }
  })

  it('a server without refresh tokens gets the credentials for each token', async () => {
    const { client, upstream, pass } = createTokenClients({ dialect: 'rfc6749' })
    const answer = async (): Promise<Response> =>
      Response.json({ access_token: crypto.randomUUID(), expires_in: '300', token_type: 'bearer' })
    upstream.answerNext('client_credentials', ...Array.from({ length: 100 }, () => answer))
    for (let i = 0; i < 100; i++) await pass(4.5 * minute)
    expect(upstream.count('client_credentials')).toBe(100)
    expect(client.status()).toMatchObject({ state: 'ready', refreshToken: null })
  })

  it('the rfc6749 dialect can use another host as authorization server, and sends the scope', async () => {
    const { upstream, clock } = createTokenClients({ dialect: 'rfc6749' })
    const client = createOAuthTokenClient({
      dialect: 'rfc6749',
      environment: {
        apiUrl: 'https://api.example',
        authUrl: 'https://login.example',
        tokenPath: '/oauth2/token',
      },
      credentials: { clientId, clientSecret },
      scope: 'payments',
      clientAuth: 'post',
      fetch: upstream.fetch,
      clock,
    })
    expect((await client.fetch('/payments')).status).toBe(200)
    const [issue, call] = upstream.requests
    expect(issue!.url).toBe('https://login.example/oauth2/token')
    expect(new URLSearchParams(issue!.body).get('scope')).toBe('payments')
    expect(new URLSearchParams(issue!.body).get('client_secret')).toBe(clientSecret)
    expect(call!.url).toBe('https://api.example/payments')
  })
})

describe('answers of Quidkey', () => {
  const unusable: [string, () => Response, object][] = [
    ['a page of HTML', () => new Response('<html>'), { code: 'upstream_unavailable' }],
    [
      'no envelope',
      () => Response.json({ access_token: 'a', expires_in: 900 }),
      { code: 'upstream_unavailable' },
    ],
    ['an empty body', () => new Response(''), { code: 'upstream_unavailable' }],
    ['no token', () => Response.json({ success: true, data: {} }), { code: 'upstream_unavailable' }],
    [
      'success: false with status 200',
      () => quidkeyError(200, 'UNAUTHORIZED'),
      { code: 'upstream_unavailable' },
    ],
    [
      'a redirect',
      () => new Response(null, { status: 301, headers: { location: 'https://evil.example' } }),
      { code: 'upstream_unavailable' },
    ],
    ['401 UNAUTHORIZED', () => quidkeyError(401, 'UNAUTHORIZED'), { code: 'credentials_rejected' }],
    ['401 NO_TOKEN', () => quidkeyError(401, 'NO_TOKEN'), { code: 'credentials_rejected' }],
    ['401 INVALID_TOKEN', () => quidkeyError(401, 'INVALID_TOKEN'), { code: 'credentials_rejected' }],
    ['401 without a body', () => new Response(null, { status: 401 }), { code: 'credentials_rejected' }],
    ['403 FORBIDDEN', () => quidkeyError(403, 'FORBIDDEN'), { code: 'credentials_rejected' }],
    [
      '400 VALIDATION_ERROR',
      () => quidkeyError(400, 'VALIDATION_ERROR'),
      { code: 'not_configured', retryable: false },
    ],
    ['400 INVALID_INPUT', () => quidkeyError(400, 'INVALID_INPUT'), { code: 'not_configured' }],
    ['422', () => quidkeyError(422, 'UNPROCESSABLE'), { code: 'not_configured' }],
    ["a gateway's 400", () => new Response('<html>', { status: 400 }), { code: 'upstream_unavailable' }],
    [
      '409 IDEMPOTENT_REQUEST_IN_PROGRESS',
      () => quidkeyError(409, 'IDEMPOTENT_REQUEST_IN_PROGRESS'),
      { code: 'upstream_unavailable' },
    ],
    ['429', () => quidkeyError(429, 'TOO_MANY', { 'retry-after': '7' }), { code: 'upstream_throttled' }],
    ['500', () => quidkeyError(500, 'INTERNAL'), { code: 'upstream_unavailable' }],
    [
      '503 IDEMPOTENCY_STORE_UNAVAILABLE',
      () => quidkeyError(503, 'IDEMPOTENCY_STORE_UNAVAILABLE'),
      { code: 'upstream_unavailable' },
    ],
  ]

  it.each(unusable)(
    'getToken rejects by status if the first token answer is %s',
    async (_name, answer, error) => {
      const { client, upstream } = createTokenClients()
      upstream.answerNext('client_credentials', answer())
      await expect(client.getToken()).rejects.toMatchObject(error)
      await expect(client.getToken()).rejects.toMatchObject(error)
      expect(upstream.requests).toHaveLength(1)
    },
  )

  it.each(unusable)('no caller notices if the answer to a refresh is %s', async (_name, answer) => {
    const { client, upstream, pass } = createTokenClients()
    const first = await client.getToken()
    upstream.answerNext('refresh_token', answer())
    expect(await pass(11 * minute)).toBe(first)
    const second = await pass(3.5 * minute)
    expect(upstream.isAccepted(second)).toBe(true)
  })

  it.each(['NO_TOKEN', 'INVALID_TOKEN', 'UNAUTHORIZED', 'missing_merchant_account'])(
    'a call that is answered 401 %s is replayed, because the status decides and not the code',
    async (code) => {
      const { client, upstream } = createTokenClients()
      await client.getToken()
      upstream.answerNext('api', quidkeyError(401, code))
      expect((await client.fetch(path)).status).toBe(200)
      expect(upstream.count('refresh_token')).toBe(1)
    },
  )

  it.each([400, 403, 404, 409, 410, 422, 500, 503])(
    'a call that is answered %i gets that answer, and the token stays',
    async (status) => {
      const { client, upstream } = createTokenClients()
      upstream.answerNext('api', quidkeyError(status, 'SOME_CODE'))
      expect((await client.fetch(path)).status).toBe(status)
      expect(upstream.requests).toHaveLength(2)
    },
  )

  it('a throttled refresh waits for Retry-After, and the secret is not sent meanwhile', async () => {
    const { client, upstream, clock, pass } = createTokenClients()
    await client.getToken()
    upstream.answerNext('refresh_token', quidkeyError(429, 'TOO_MANY', { 'retry-after': '30' }))
    await pass(20 * minute).catch(() => {})
    const retryAt = clock.now() + 30_000
    await expect(client.getToken()).rejects.toMatchObject({ code: 'upstream_throttled', retryAt })
    expect(upstream.count('client_credentials')).toBe(1)
    expect(upstream.isAccepted(await pass(30_000))).toBe(true)
  })

  it('a credentials function is called again once after the credentials are refused', async () => {
    const next =
      (read = 0) =>
      () => ({ clientId, clientSecret: `${clientSecret}${read++}` })
    const credentials = vi.fn<() => { clientId: string; clientSecret: string }>(next())
    const { client, upstream } = createTokenClients({}, { credentials })
    upstream.answerNext('client_credentials', quidkeyError(401, 'UNAUTHORIZED'))
    expect(upstream.isAccepted(await client.getToken())).toBe(true)
    expect(credentials).toHaveBeenCalledTimes(2)
  })
})
