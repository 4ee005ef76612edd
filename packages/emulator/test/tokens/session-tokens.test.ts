import { describe, expect, test } from 'vitest'

import { createMerchant, field } from '../support/merchant.ts'

/** docs.joinforage.app/reference/initialize-forage-js */
const DOCUMENTED_JWT =
  'sandbox_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ.7KLvDpM9WHRD4pKCYr0rOy2kM0hVf3bwtZEAOZJrJ1w'

const NOW_SECONDS = Date.UTC(2026, 0, 15, 12) / 1000

const segments = (token: string): string[] => token.slice('sandbox_'.length).split('.')
const decode = (segment = ''): string => atob(segment.replaceAll('-', '+').replaceAll('_', '/'))

describe('POST /api/session_token/', () => {
  test('POST /api/session_token/ returns one field', async () => {
    const merchant = createMerchant()
    const answer = await merchant.postJson('/api/session_token/', await merchant.authenticationToken(), {})
    expect(answer).toMatchObject({ status: 200, body: { token: expect.stringMatching(/^sandbox_/) } })
    expect(Object.keys(answer.body as object)).toEqual(['token'])
  })

  test('without `iat` a session token has the exact header and claims of the documented one', async () => {
    const merchant = createMerchant({ switches: { tokenFormat: 'jwt-without-iat' } })
    const [header, claims, mac] = segments(await merchant.sessionToken())
    const [documentedHeader, documentedClaims, documentedMac] = segments(DOCUMENTED_JWT)
    expect(header).toBe(documentedHeader)
    expect(Object.keys(JSON.parse(decode(claims)))).toEqual(Object.keys(JSON.parse(decode(documentedClaims))))
    expect(JSON.parse(decode(claims))).toMatchObject({ exp: NOW_SECONDS + 900 })
    expect(mac).toHaveLength(documentedMac?.length ?? 0)
  })

  test('a session token as a JWT has `iat` and `exp`, 15 minutes apart', async () => {
    const merchant = createMerchant({ switches: { tokenFormat: 'jwt' } })
    const [, claims] = segments(await merchant.sessionToken())
    expect(JSON.parse(decode(claims))).toMatchObject({ iat: NOW_SECONDS, exp: NOW_SECONDS + 900 })
  })

  test('a signed session token has the shape of MOCK_SESSION_TOKEN in forage-android-sdk TestForagePaymentSheet.kt', async () => {
    const [payload, issuedAt, mac] = segments(await createMerchant().sessionToken())
    expect(decode(payload)).toMatch(/^\{"a": \d+, "sk": "[\w-]{22}==", "t": 42\}$/)
    expect(issuedAt).toHaveLength('aHe7Tw'.length)
    const bytes = Uint8Array.from(decode(issuedAt), (c) => c.charCodeAt(0))
    expect(new DataView(bytes.buffer).getUint32(0)).toBe(NOW_SECONDS)
    expect(mac).toHaveLength(43)
  })

  test('the first segment of a signed session token keeps its padding, and the other segments are not padded', async () => {
    const [payload, issuedAt, mac] = segments(await createMerchant().sessionToken())
    expect(payload).toMatch(/^[\w-]+==$/)
    expect(payload?.length).toBe(76)
    expect(issuedAt).toMatch(/^[\w-]+$/)
    expect(mac).toMatch(/^[\w-]+$/)
  })

  test.each(['jwt', 'jwt-without-iat', 'signed'] as const)(
    'two session tokens of one second differ (%s)',
    async (tokenFormat) => {
      const merchant = createMerchant({ switches: { tokenFormat } })
      const parent = await merchant.authenticationToken()
      expect(await merchant.sessionToken(parent)).not.toBe(await merchant.sessionToken(parent))
    },
  )

  test.each(['123ab45c67', 'mid/123ab45c67', '9000055'])(
    'POST /api/session_token/ accepts the merchant as %s',
    async (account) => {
      const merchant = createMerchant()
      const token = await merchant.authenticationToken()
      const headers = { 'Merchant-Account': account }
      expect((await merchant.postJson('/api/session_token/', token, {}, headers)).status).toBe(200)
    },
  )

  test('POST /api/session_token/ says whether the merchant account is missing or invalid', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const headers = { Authorization: `Bearer ${token}` }
    const missing = await merchant.send('/api/session_token/', { method: 'POST', headers })
    expect(missing).toMatchObject({
      status: 400,
      body: {
        path: '/api/session_token/',
        errors: [
          {
            code: 'missing_merchant_account',
            message: 'No merchant account FNS number was provided.',
            source: { resource: 'Merchant_Account_Header', ref: '' },
          },
        ],
      },
    })
    const unknown = await merchant.postJson(
      '/api/session_token/',
      token,
      {},
      { 'Merchant-Account': '1234567' },
    )
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_merchant_account' }] } })
  })

  test('an unknown authentication token gets the body of docs.joinforage.app/reference/errors', async () => {
    const answer = await createMerchant().postJson('/api/session_token/', 'sandbox_unknown', {})
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({
      path: '/api/session_token/',
      errors: [
        {
          code: 'invalid_token',
          message: 'Incorrect authentication credentials.',
          source: { resource: 'OAuth_Access_Tokens', ref: '' },
        },
      ],
    })
  })

  test('a request without a token gets the detail envelope and a challenge without an error', async () => {
    const answer = await createMerchant().send('/api/session_token/', { method: 'POST' })
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ detail: 'Authentication credentials were not provided.' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  test('a session token cannot mint another: 403, or 401 as `wrongTokenType` says', async () => {
    const strict = createMerchant()
    expect(await strict.postJson('/api/session_token/', await strict.sessionToken(), {})).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'forbidden' }] },
    })
    const other = createMerchant({ switches: { wrongTokenType: 'invalid_token' } })
    expect(await other.postJson('/api/session_token/', await other.sessionToken(), {})).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'invalid_token' }] },
    })
  })
})

describe('a session token', () => {
  test('a session token is valid for 15 minutes, then gets the documented body', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    await merchant.emulator.control.advance(15 * 60 * 1000 - 1)
    expect((await merchant.get('/api/payment_methods/0ddbcda871/', token)).status).toBe(404)
    await merchant.emulator.control.advance(1)
    const body = { type: 'ebt', card: { number: '9999420000000001' } }
    const answer = await merchant.postJson('/api/payment_methods/', token, body)
    expect(answer.status).toBe(401)
    // forage-android-sdk ecom/services/ForageSDKTest.kt
    expect(answer.body).toEqual({
      path: '/api/payment_methods/',
      errors: [
        {
          code: 'expired_session_token',
          message: 'This token has expired',
          source: { resource: 'Session_Token', ref: '' },
        },
      ],
    })
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="api",error="invalid_token",error_description="The access token has expired."',
    )
  })

  test('a session token does not live longer than its authentication token', async () => {
    const merchant = createMerchant({ switches: { tokenFormat: 'jwt' } })
    const parent = await merchant.authenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
    await merchant.emulator.control.advance(86_400_000 - 60_000)
    const [, claims] = segments(await merchant.sessionToken(parent))
    const { iat, exp } = JSON.parse(decode(claims)) as { iat: number; exp: number }
    expect(exp - iat).toBe(60)
  })

  test.each(['jwt', 'jwt-without-iat', 'signed'] as const)(
    'a session token is rejected as soon as its authentication token ends, whatever it says itself (%s)',
    async (tokenFormat) => {
      const merchant = createMerchant({ switches: { tokenFormat } })
      const { control } = merchant.emulator
      const parent = await merchant.authenticationToken({ scope: 'pinpad_only', expiration_time: '86400' })
      await control.advance(86_400_000 - 60_000)
      const token = await merchant.sessionToken(parent)
      await control.advance(59_999)
      expect((await merchant.get('/api/payment_methods/0ddbcda871/', token)).status).toBe(404)
      await control.advance(1)
      expect((await merchant.get('/api/payment_methods/0ddbcda871/', token)).status).toBe(401)
    },
  )

  test.each([
    ['its claims', 0, 'bad_signature', 'Bad Token Signature'],
    ['its signature', 2, 'bad_signature', 'Bad Token Signature'],
    ['its environment', -1, 'invalid_token', 'Incorrect authentication credentials.'],
  ])('a session token with changes in %s is rejected', async (_what, segment, code, message) => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    const altered = segments(token).map((text, position) => (position === segment ? `A${text}` : text))
    const prefix = segment === -1 ? 'prod_' : 'sandbox_'
    expect(await merchant.get('/api/payment_methods/x/', prefix + altered.join('.'))).toMatchObject({
      status: 401,
      body: { errors: [{ code, message }] },
    })
  })

  test('a session token cannot create a payment', async () => {
    const merchant = createMerchant()
    const answer = await merchant.postJson('/api/payments/', await merchant.sessionToken(), {})
    expect(answer).toMatchObject({ status: 403, body: { errors: [{ code: 'forbidden' }] } })
  })
})

test('a browser with an authentication token is refused if `clientAuthenticationTokens` says so', async () => {
  const merchant = createMerchant({ switches: { clientAuthenticationTokens: 'reject' } })
  const token = await merchant.authenticationToken()
  const answer = await merchant.postJson(
    '/api/payment_methods/',
    token,
    {},
    { Origin: 'https://shop.example' },
  )
  expect(answer.status).toBe(403)
  expect(field(await merchant.postJson('/api/session_token/', token, {}), 'token')).toMatch(/^sandbox_/)
})
