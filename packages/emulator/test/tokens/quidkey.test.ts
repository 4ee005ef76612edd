import { describe, expect, test } from 'vitest'

import { createMerchant, type Answer, type Merchant } from '../support/merchant.ts'

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly token_type?: string
  readonly expires_in: number
}

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS

function post(merchant: Merchant, path: string, body: unknown, token?: string): Promise<Answer> {
  const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return merchant.send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...bearer },
    body: JSON.stringify(body),
  })
}

function requestTokens(merchant: Merchant, fields: Record<string, unknown> = {}): Promise<Answer> {
  const { clientId: client_id, clientSecret: client_secret } = merchant.emulator
  const body = { grant_type: 'client_credentials', client_id, client_secret, ...fields }
  return post(merchant, '/api/v1/oauth2/token', body)
}

function refresh(merchant: Merchant, refresh_token: unknown): Promise<Answer> {
  return post(merchant, '/api/v1/oauth2/refresh', { refresh_token })
}

function tokensOf({ body }: Answer): Required<Tokens> {
  return (body as { data: Required<Tokens> }).data
}

const order = { amount: 5000, currency: 'EUR', payment_reference: 'INV-2024-001' }

const createLink = (merchant: Merchant, token?: string): Promise<Answer> =>
  post(merchant, '/api/v1/payment-links', { order }, token)

const refused = (code: string): object => ({
  status: 401,
  body: { success: false, error: { code, message: expect.any(String) } },
})

describe('POST /api/v1/oauth2/token', () => {
  test('POST /api/v1/oauth2/token answers as docs.quidkey.com/guides/payment-api/concepts/authentication', async () => {
    const { status, headers, body } = await requestTokens(createMerchant())
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: {
        // The documented example has this beginning.
        access_token: expect.stringMatching(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.[\w-]+\.[\w-]{43}$/),
        refresh_token: expect.stringMatching(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\./),
        token_type: 'Bearer',
        expires_in: 900,
      },
    })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('with `quidkeyExpiresInSeconds` 3600 an access token of Quidkey lasts an hour, and `expires_in` says so', async () => {
    const merchant = createMerchant({ switches: { quidkeyExpiresInSeconds: 3600 } })
    const { access_token, expires_in } = tokensOf(await requestTokens(merchant))
    expect(expires_in).toBe(3600)
    await merchant.emulator.control.advance(HOUR_MS - 1)
    expect((await createLink(merchant, access_token)).status).toBe(201)
    await merchant.emulator.control.advance(1)
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['a wrong id', { client_id: 'wrong' }],
  ])('a Quidkey token request with %s is 401 UNAUTHORIZED', async (_what, fields) => {
    expect(await requestTokens(createMerchant(), fields)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test('a disabled application is 401 UNAUTHORIZED at Quidkey', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.disableApplication()
    expect(await requestTokens(merchant)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test.each([
    ['grant_type', { grant_type: 'password' }],
    ['client_id', { client_id: 1 }],
    ['client_secret', { client_secret: undefined }],
  ])('a VALIDATION_ERROR of Quidkey names the field %s', async (field, fields) => {
    expect(await requestTokens(createMerchant(), fields)).toMatchObject({
      status: 400,
      body: {
        success: false,
        error: { code: 'VALIDATION_ERROR', metadata: { errors: [{ field, message: expect.any(String) }] } },
      },
    })
  })

  test('POST /api/v1/oauth2/token requires `grant_type`, unless `quidkeyGrantType` makes it optional', async () => {
    const fields = { grant_type: undefined }
    expect((await requestTokens(createMerchant(), fields)).status).toBe(400)
    const older = createMerchant({ switches: { quidkeyGrantType: 'optional' } })
    expect((await requestTokens(older, fields)).status).toBe(200)
  })

  test('POST /api/v1/oauth2/token accepts JSON and no form', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    expect(await createMerchant().send('/api/v1/oauth2/token', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_ERROR' } },
    })
  })
})

describe('POST /api/v1/oauth2/refresh', () => {
  test('POST /api/v1/oauth2/refresh returns an access token and keeps the refresh token', async () => {
    const merchant = createMerchant()
    const { access_token, refresh_token } = tokensOf(await requestTokens(merchant))
    const { status, body } = await refresh(merchant, refresh_token)
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, data: { access_token: expect.any(String), expires_in: 900 } })
    expect(tokensOf({ body } as Answer).access_token).not.toBe(access_token)
    expect((await refresh(merchant, refresh_token)).status).toBe(200)
  })

  test('if `quidkeyRefreshToken` says so, each refresh replaces the refresh token and the old one is invalid', async () => {
    const merchant = createMerchant({ switches: { quidkeyRefreshToken: 'rotated' } })
    const first = tokensOf(await requestTokens(merchant))
    const second = tokensOf(await refresh(merchant, first.refresh_token))
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await refresh(merchant, first.refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
    expect((await refresh(merchant, second.refresh_token)).status).toBe(200)
  })

  test.each(['kept', 'rotated'] as const)(
    'a refresh token (%s) ends 24 hours after its first issue, however often it was used',
    async (quidkeyRefreshToken) => {
      const merchant = createMerchant({ switches: { quidkeyRefreshToken } })
      let { refresh_token } = tokensOf(await requestTokens(merchant))
      await merchant.emulator.control.advance(23 * HOUR_MS)
      refresh_token = tokensOf(await refresh(merchant, refresh_token)).refresh_token ?? refresh_token
      await merchant.emulator.control.advance(HOUR_MS - 1)
      refresh_token = tokensOf(await refresh(merchant, refresh_token)).refresh_token ?? refresh_token
      await merchant.emulator.control.advance(1)
      expect(await refresh(merchant, refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
    },
  )

  test('an access token of Quidkey is not accepted as a refresh token', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await requestTokens(merchant))
    expect(await refresh(merchant, access_token)).toMatchObject(refused('UNAUTHORIZED'))
    expect((await refresh(merchant, 1)).status).toBe(400)
  })
})

describe('the API behind the access token', () => {
  test('an access token of Quidkey creates a payment link and reads it, for 7 days', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await requestTokens(merchant))
    const created = await createLink(merchant, access_token)
    expect(created).toMatchObject({
      status: 201,
      body: { success: true, data: { status: 'active', expires_at: '2026-01-22T12:00:00.000Z' } },
    })
    const { link_id, payment_link_url } = (created.body as { data: Record<string, string> }).data
    expect(link_id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    expect(payment_link_url).toMatch(/^http:\/\/localhost\/payment-link\/[0-9a-f]{64}$/)
    const path = `/api/v1/payment-links/${link_id}`
    const headers = { Authorization: `Bearer ${access_token}` }
    expect(await merchant.send(path, { headers })).toMatchObject({
      status: 200,
      body: { data: { id: link_id, amount: '50.00', order_id: null, status: 'active', payment_link_url } },
    })
    await merchant.emulator.control.advance(7 * 24 * HOUR_MS)
    const later = { Authorization: `Bearer ${tokensOf(await requestTokens(merchant)).access_token}` }
    expect((await merchant.send(path, { headers: later })).body).toMatchObject({
      data: { status: 'expired' },
    })
  })

  test('Quidkey answers NO_TOKEN without a token, INVALID_TOKEN to a wrong one and INVALID_TOKEN after 15 minutes', async () => {
    const merchant = createMerchant()
    expect(await createLink(merchant)).toMatchObject(refused('NO_TOKEN'))
    expect(await createLink(merchant, 'unknown')).toMatchObject(refused('INVALID_TOKEN'))
    const { access_token } = tokensOf(await requestTokens(merchant))
    await merchant.emulator.control.advance(15 * MINUTE_MS - 1)
    expect((await createLink(merchant, access_token)).status).toBe(201)
    await merchant.emulator.control.advance(1)
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
  })

  test('Forage’s tokens do not work at Quidkey, and Quidkey’s tokens do not work at Forage', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await requestTokens(merchant))
    expect(await createLink(merchant, await merchant.authenticationToken())).toMatchObject(
      refused('INVALID_TOKEN'),
    )
    expect(await merchant.postJson('/api/session_token/', access_token, {})).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'invalid_token' }] },
    })
  })

  test('Quidkey refuses an invalid payment link and knows no unknown id', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await requestTokens(merchant))
    const wrong = { order: { ...order, amount: 0.5 } }
    expect(await post(merchant, '/api/v1/payment-links', wrong, access_token)).toMatchObject({
      status: 400,
      body: { error: { metadata: { errors: [{ field: 'order.amount' }] } } },
    })
    const headers = { Authorization: `Bearer ${access_token}` }
    expect(await merchant.send('/api/v1/payment-links/1', { headers })).toMatchObject({
      status: 404,
      body: { success: false, error: { code: 'NOT_FOUND' } },
    })
  })

  test('a fault on all paths spares Quidkey, and `reject` with a path of Quidkey applies to it', async () => {
    const merchant = createMerchant()
    const { control } = merchant.emulator
    const { access_token, refresh_token } = tokensOf(await requestTokens(merchant))
    control.fault({ kind: 'reject' })
    expect((await createLink(merchant, access_token)).status).toBe(201)
    control.fault({ kind: 'reject', path: '/api/v1/payment-links' })
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
    control.fault({ kind: 'reject', path: '/api/v1/oauth2/refresh' })
    expect(await refresh(merchant, refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test('no page may read Quidkey’s answers', async () => {
    const { headers } = await createMerchant().send('/api/v1/oauth2/token', {
      method: 'POST',
      headers: { Origin: 'https://shop.example' },
    })
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  test.each([
    ['an unknown path', '/api/v1/nothing', 'GET', 404, 'RESOURCE_NOT_FOUND'],
    ['a wrong method', '/api/v1/oauth2/token', 'GET', 405, 'METHOD_NOT_ALLOWED'],
    ['a body over 1 MiB', '/api/v1/oauth2/token', 'POST', 413, 'REQUEST_TOO_LARGE'],
  ])('Quidkey answers %s in its envelope', async (_what, path, method, status, code) => {
    const body = method === 'POST' ? { body: 'x'.repeat(1024 * 1024 + 1) } : {}
    expect(await createMerchant().send(path, { method, ...body })).toMatchObject({
      status,
      body: { success: false, error: { code } },
    })
  })
})
