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

function askTokens(merchant: Merchant, fields: Record<string, unknown> = {}): Promise<Answer> {
  const { clientId: client_id, clientSecret: client_secret } = merchant.emulator
  const body = { grant_type: 'client_credentials', client_id, client_secret, ...fields }
  return post(merchant, '/api/v1/oauth2/token', body)
}

function askRefresh(merchant: Merchant, refresh_token: unknown): Promise<Answer> {
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
  test('answers as docs.quidkey.com/guides/payment-api/concepts/authentication', async () => {
    const { status, headers, body } = await askTokens(createMerchant())
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      data: {
        // The documented example begins so.
        access_token: expect.stringMatching(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\.[\w-]+\.[\w-]{43}$/),
        refresh_token: expect.stringMatching(/^eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\./),
        token_type: 'Bearer',
        expires_in: 900,
      },
    })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('`expires_in` is 3600 where `quidkeyExpiresInSeconds` says so, and that is how long it lasts', async () => {
    const merchant = createMerchant({ switches: { quidkeyExpiresInSeconds: 3600 } })
    const { access_token, expires_in } = tokensOf(await askTokens(merchant))
    expect(expires_in).toBe(3600)
    await merchant.emulator.control.advance(HOUR_MS - 1)
    expect((await createLink(merchant, access_token)).status).toBe(201)
    await merchant.emulator.control.advance(1)
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['a wrong id', { client_id: 'wrong' }],
  ])('%s is 401 UNAUTHORIZED', async (_what, fields) => {
    expect(await askTokens(createMerchant(), fields)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test('a disabled application is 401 UNAUTHORIZED', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.disableApplication()
    expect(await askTokens(merchant)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test.each([
    ['grant_type', { grant_type: 'password' }],
    ['client_id', { client_id: 1 }],
    ['client_secret', { client_secret: undefined }],
  ])('names %s in a VALIDATION_ERROR', async (field, fields) => {
    expect(await askTokens(createMerchant(), fields)).toMatchObject({
      status: 400,
      body: {
        success: false,
        error: { code: 'VALIDATION_ERROR', metadata: { errors: [{ field, message: expect.any(String) }] } },
      },
    })
  })

  test('needs `grant_type`, unless `quidkeyGrantType` makes it optional', async () => {
    const fields = { grant_type: undefined }
    expect((await askTokens(createMerchant(), fields)).status).toBe(400)
    const older = createMerchant({ switches: { quidkeyGrantType: 'optional' } })
    expect((await askTokens(older, fields)).status).toBe(200)
  })

  test('takes JSON, no form', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    expect(await createMerchant().send('/api/v1/oauth2/token', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_ERROR' } },
    })
  })
})

describe('POST /api/v1/oauth2/refresh', () => {
  test('answers an access token and no new refresh token: the old one is kept', async () => {
    const merchant = createMerchant()
    const { access_token, refresh_token } = tokensOf(await askTokens(merchant))
    const { status, body } = await askRefresh(merchant, refresh_token)
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, data: { access_token: expect.any(String), expires_in: 900 } })
    expect(tokensOf({ body } as Answer).access_token).not.toBe(access_token)
    expect((await askRefresh(merchant, refresh_token)).status).toBe(200)
  })

  test('rotates the refresh token where `quidkeyRefreshToken` says so: the old one is void', async () => {
    const merchant = createMerchant({ switches: { quidkeyRefreshToken: 'rotated' } })
    const first = tokensOf(await askTokens(merchant))
    const second = tokensOf(await askRefresh(merchant, first.refresh_token))
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await askRefresh(merchant, first.refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
    expect((await askRefresh(merchant, second.refresh_token)).status).toBe(200)
  })

  test.each(['kept', 'rotated'] as const)(
    'a refresh token (%s) ends 24 hours after its first issue, however often it was used',
    async (quidkeyRefreshToken) => {
      const merchant = createMerchant({ switches: { quidkeyRefreshToken } })
      let { refresh_token } = tokensOf(await askTokens(merchant))
      await merchant.emulator.control.advance(23 * HOUR_MS)
      refresh_token = tokensOf(await askRefresh(merchant, refresh_token)).refresh_token ?? refresh_token
      await merchant.emulator.control.advance(HOUR_MS - 1)
      refresh_token = tokensOf(await askRefresh(merchant, refresh_token)).refresh_token ?? refresh_token
      await merchant.emulator.control.advance(1)
      expect(await askRefresh(merchant, refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
    },
  )

  test('an access token is no refresh token', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await askTokens(merchant))
    expect(await askRefresh(merchant, access_token)).toMatchObject(refused('UNAUTHORIZED'))
    expect((await askRefresh(merchant, 1)).status).toBe(400)
  })
})

describe('what the access token opens', () => {
  test('creates a payment link and reads it, for 7 days', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await askTokens(merchant))
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
    const later = { Authorization: `Bearer ${tokensOf(await askTokens(merchant)).access_token}` }
    expect((await merchant.send(path, { headers: later })).body).toMatchObject({
      data: { status: 'expired' },
    })
  })

  test('without a token NO_TOKEN, with another INVALID_TOKEN, 15 minutes later INVALID_TOKEN', async () => {
    const merchant = createMerchant()
    expect(await createLink(merchant)).toMatchObject(refused('NO_TOKEN'))
    expect(await createLink(merchant, 'unknown')).toMatchObject(refused('INVALID_TOKEN'))
    const { access_token } = tokensOf(await askTokens(merchant))
    await merchant.emulator.control.advance(15 * MINUTE_MS - 1)
    expect((await createLink(merchant, access_token)).status).toBe(201)
    await merchant.emulator.control.advance(1)
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
  })

  test('tokens of Forage are none of Quidkey, nor the other way round', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await askTokens(merchant))
    expect(await createLink(merchant, await merchant.authenticationToken())).toMatchObject(
      refused('INVALID_TOKEN'),
    )
    expect(await merchant.postJson('/api/session_token/', access_token, {})).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'invalid_token' }] },
    })
  })

  test('refuses a link that is none, and knows no link of another id', async () => {
    const merchant = createMerchant()
    const { access_token } = tokensOf(await askTokens(merchant))
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

  test('`reject` strikes its paths when it names them, and no other fault of Forage does', async () => {
    const merchant = createMerchant()
    const { control } = merchant.emulator
    const { access_token, refresh_token } = tokensOf(await askTokens(merchant))
    control.fault({ kind: 'reject' })
    expect((await createLink(merchant, access_token)).status).toBe(201)
    control.fault({ kind: 'reject', path: '/api/v1/payment-links' })
    expect(await createLink(merchant, access_token)).toMatchObject(refused('INVALID_TOKEN'))
    control.fault({ kind: 'reject', path: '/api/v1/oauth2/refresh' })
    expect(await askRefresh(merchant, refresh_token)).toMatchObject(refused('UNAUTHORIZED'))
  })

  test('is for servers: no page may read it', async () => {
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
  ])('%s is answered in its envelope', async (_what, path, method, status, code) => {
    const body = method === 'POST' ? { body: 'x'.repeat(1024 * 1024 + 1) } : {}
    expect(await createMerchant().send(path, { method, ...body })).toMatchObject({
      status,
      body: { success: false, error: { code } },
    })
  })
})
