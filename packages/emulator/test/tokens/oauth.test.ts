import { describe, expect, test } from 'vitest'

import { basic, createMerchant, type Merchant } from '../support/merchant.ts'

const form = (fields: Record<string, string>): URLSearchParams =>
  new URLSearchParams({ grant_type: 'client_credentials', ...fields })

function requestToken(merchant: Merchant, fields: Record<string, string>): ReturnType<Merchant['send']> {
  const headers = { Authorization: basic(merchant.emulator) }
  return merchant.send('/o/token/', { method: 'POST', headers, body: form(fields) })
}

function revoke(merchant: Merchant, body: URLSearchParams): ReturnType<Merchant['send']> {
  const headers = { Authorization: basic(merchant.emulator) }
  return merchant.send('/o/revoke_token/', { method: 'POST', headers, body })
}

function bulkRevoke(merchant: Merchant, fields: Record<string, unknown>): ReturnType<Merchant['send']> {
  const { clientId: client_id, clientSecret: client_secret } = merchant.emulator
  return merchant.send('/o/bulk_revoke/', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_id, client_secret, ...fields }),
  })
}

describe('POST /o/token/', () => {
  test('POST /o/token/ answers as docs.joinforage.app/reference/create-authentication-token, and is never cached', async () => {
    const { status, headers, body } = await requestToken(createMerchant(), { scope: 'pinpad_only' })
    expect(status).toBe(200)
    // The documented example is "sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD".
    expect(body).toEqual({
      access_token: expect.stringMatching(/^sandbox_[A-Za-z0-9]{30}$/),
      expires_in: 604_800,
      token_type: 'Bearer',
      scope: 'pinpad_only',
    })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('POST /o/token/ also takes the credentials from the body', async () => {
    const merchant = createMerchant()
    const { clientId: client_id, clientSecret: client_secret } = merchant.emulator
    const body = form({ client_id, client_secret })
    expect((await merchant.send('/o/token/', { method: 'POST', body })).status).toBe(200)
  })

  test('POST /o/token/ decodes the form-encoded halves of Basic (RFC 6749 §2.3.1)', async () => {
    const merchant = createMerchant({ clientId: 'a:b', clientSecret: 'c d%' })
    const headers = { Authorization: `Basic ${btoa('a%3Ab:c+d%25')}` }
    expect((await merchant.send('/o/token/', { method: 'POST', headers, body: form({}) })).status).toBe(200)
  })

  test('without a scope POST /o/token/ grants hosted_checkout, and such a token opens no session', async () => {
    const merchant = createMerchant()
    const { body } = await requestToken(merchant, {})
    expect(body).toMatchObject({ scope: 'hosted_checkout' })
    const token = await merchant.authenticationToken({})
    expect(await merchant.postJson('/api/session_token/', token, {})).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'forbidden' }] },
    })
  })

  test.each(['accounts', 'hosted_checkout', 'pinpad_only', 'reporting'])(
    'POST /o/token/ grants the scope %s',
    async (scope) => {
      expect((await requestToken(createMerchant(), { scope })).body).toMatchObject({ scope })
    },
  )

  test('scopes are separated by spaces and returned in the requested order, each once', async () => {
    expect(
      (await requestToken(createMerchant(), { scope: 'reporting pinpad_only  reporting' })).body,
    ).toMatchObject({
      scope: 'reporting pinpad_only',
    })
  })

  test('POST /o/token/ ignores an unknown field, such as the one of forage-android-sdk AccessTokenRequest.kt', async () => {
    expect((await requestToken(createMerchant(), { expiration: '60' })).body).toMatchObject({
      expires_in: 604_800,
    })
  })

  test('a parameter without a value counts as omitted (RFC 6749 §3.2)', async () => {
    expect((await requestToken(createMerchant(), { scope: '', expiration_time: '' })).body).toMatchObject({
      scope: 'hosted_checkout',
      expires_in: 604_800,
    })
  })

  test('POST /o/token/ refuses wrong credentials with invalid_client and its challenge', async () => {
    const merchant = createMerchant()
    const headers = { Authorization: `Basic ${btoa('emulator-client:wrong')}` }
    const {
      status,
      headers: sent,
      body,
    } = await merchant.send('/o/token/', {
      method: 'POST',
      headers,
      body: form({}),
    })
    expect([status, body]).toEqual([401, { error: 'invalid_client' }])
    expect(sent.get('www-authenticate')).toBe('Bearer error="invalid_client"')
  })

  test.each([
    ['another grant type', { grant_type: 'password' }, { error: 'unsupported_grant_type' }],
    ['an unknown scope', { scope: 'everything' }, { error: 'invalid_scope' }],
    ['an unknown scope next to a known one', { scope: 'reporting all' }, { error: 'invalid_scope' }],
    ['a scope of spaces', { scope: '  ' }, { error: 'invalid_scope' }],
    ['a lifetime below a day', { expiration_time: '86399' }, { error: 'invalid_request' }],
    ['a lifetime above 30 days', { expiration_time: '2592001' }, { error: 'invalid_request' }],
    ['a lifetime that is not a number', { expiration_time: '1e5' }, { error: 'invalid_request' }],
  ])('POST /o/token/ refuses %s', async (_what, fields, body) => {
    expect(await requestToken(createMerchant(), fields)).toMatchObject({ status: 400, body })
  })

  test.each(['86400', '2592000'])(
    'POST /o/token/ accepts the limit %s of expiration_time',
    async (seconds) => {
      expect((await requestToken(createMerchant(), { expiration_time: seconds })).body).toMatchObject({
        expires_in: Number(seconds),
      })
    },
  )

  test('POST /o/token/ refuses a JSON body, a parameter given twice and parameters in the URL', async () => {
    const merchant = createMerchant()
    const headers = { Authorization: basic(merchant.emulator) }
    const json = { ...headers, 'Content-Type': 'application/json' }
    expect(await merchant.send('/o/token/', { method: 'POST', headers: json, body: '{}' })).toMatchObject({
      body: { error: 'unsupported_grant_type' },
    })
    const twice = new URLSearchParams('grant_type=client_credentials&scope=reporting&scope=accounts')
    expect(await merchant.send('/o/token/', { method: 'POST', headers, body: twice })).toMatchObject({
      body: { error: 'invalid_request' },
    })
    expect(await merchant.send('/o/token/?a=1', { method: 'POST', headers, body: form({}) })).toMatchObject({
      body: { error: 'invalid_request' },
    })
  })

  test('the 1001st live token is refused, not counting revoked and expired tokens', async () => {
    const merchant = createMerchant()
    const first = await merchant.authenticationToken()
    for (let i = 1; i < 999; i += 1) await merchant.authenticationToken()
    await merchant.authenticationToken({ expiration_time: '86400' })
    const full = { status: 400, body: { error: 'invalid_request' } }
    expect(await requestToken(merchant, {})).toMatchObject(full)
    await merchant.emulator.control.advance(86_400_000)
    expect(await requestToken(merchant, {})).toMatchObject({ status: 200 })
    expect(await requestToken(merchant, {})).toMatchObject(full)
    await revoke(merchant, new URLSearchParams({ token: first }))
    expect(await requestToken(merchant, {})).toMatchObject({ status: 200 })
  })

  test('with `tokenCap: "evict"` the 1001st live token revokes the token that expires first', async () => {
    const merchant = createMerchant({ switches: { tokenCap: 'evict' } })
    const first = await merchant.authenticationToken()
    const shortest = await merchant.authenticationToken({
      scope: 'pinpad_only',
      expiration_time: '86400',
    })
    for (let i = 2; i < 1001; i += 1) await merchant.authenticationToken()
    expect((await merchant.postJson('/api/session_token/', shortest, {})).status).toBe(401)
    expect((await merchant.postJson('/api/session_token/', first, {})).status).toBe(200)
    await merchant.authenticationToken()
    expect((await merchant.postJson('/api/session_token/', first, {})).status).toBe(401)
  })

  test('POST /o/token/ answers invalid_client to a disabled application', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.disableApplication()
    expect(await requestToken(merchant, {})).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})

describe('POST /o/revoke_token/', () => {
  test('POST /o/revoke_token/ answers 200 with an empty body, and ends the session tokens of the token', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const session = await merchant.sessionToken(token)
    expect(await revoke(merchant, new URLSearchParams({ token }))).toMatchObject({ status: 200, body: '' })
    expect(await merchant.get('/api/payment_methods/x/', session)).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'invalid_token' }] },
    })
  })

  test('revoking an unknown token is 200 as well (RFC 7009 §2.2), and a missing token is an error', async () => {
    const merchant = createMerchant()
    expect((await revoke(merchant, new URLSearchParams({ token: 'sandbox_gone' }))).status).toBe(200)
    expect(await revoke(merchant, new URLSearchParams())).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'Missing token parameter.' },
    })
  })
})

describe('POST /o/revoke_token/ with bad credentials', () => {
  test.each([
    ['a wrong secret', { Authorization: `Basic ${btoa('emulator-client:wrong')}` }],
    ['no credentials', {}],
    ['invalid Basic credentials', { Authorization: 'Basic %%%' }],
  ])('revoking with %s gets invalid_client and revokes nothing', async (_what, headers) => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const body = new URLSearchParams({ token })
    expect(await merchant.send('/o/revoke_token/', { method: 'POST', headers, body })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
    expect((await merchant.postJson('/api/session_token/', token, {})).status).toBe(200)
  })

  test('a session token cannot be revoked and stays valid', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    expect((await revoke(merchant, new URLSearchParams({ token }))).status).toBe(200)
    expect((await merchant.get('/api/payment_methods/x/', token)).status).toBe(404)
  })

  test('POST /o/revoke_token/ answers invalid_client to a disabled application', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.disableApplication()
    expect(await revoke(merchant, new URLSearchParams({ token: 'x' }))).toMatchObject({ status: 401 })
  })
})

describe('POST /o/bulk_revoke/', () => {
  const day = '86400'
  const month = '2592000'

  async function threeTokens(merchant: Merchant): Promise<[month: string, day: string, week: string]> {
    const token = (expiration_time?: string): Promise<string> =>
      merchant.authenticationToken({
        scope: 'pinpad_only',
        ...(expiration_time === undefined ? {} : { expiration_time }),
      })
    return [await token(month), await token(day), await token()]
  }

  const statuses = async (merchant: Merchant, tokens: readonly string[]): Promise<number[]> => {
    const answers = tokens.map((token) => merchant.get('/api/payment_methods/x/', token))
    return (await Promise.all(answers)).map(({ status }) => status)
  }

  test('POST /o/bulk_revoke/ first revokes the tokens that expire first, with their session tokens', async () => {
    const merchant = createMerchant()
    const [monthly, daily, weekly] = await threeTokens(merchant)
    const sessions = [await merchant.sessionToken(daily), await merchant.sessionToken(monthly)]
    expect(await bulkRevoke(merchant, { revoke_count: 2 })).toMatchObject({ status: 200, body: '' })
    expect(await statuses(merchant, [monthly, daily, weekly])).toEqual([404, 401, 401])
    expect(await statuses(merchant, sessions)).toEqual([401, 404])
  })

  test('POST /o/bulk_revoke/ counts only live tokens', async () => {
    const merchant = createMerchant()
    const [monthly, , weekly] = await threeTokens(merchant)
    await merchant.emulator.control.advance(86_400_000)
    await bulkRevoke(merchant, { revoke_count: 1 })
    expect(await statuses(merchant, [monthly, weekly])).toEqual([404, 401])
  })

  test('POST /o/bulk_revoke/ revokes all tokens if there are fewer', async () => {
    const merchant = createMerchant()
    const tokens = await threeTokens(merchant)
    expect((await bulkRevoke(merchant, { revoke_count: 1000 })).status).toBe(200)
    expect(await statuses(merchant, tokens)).toEqual([401, 401, 401])
    expect((await bulkRevoke(merchant, { revoke_count: 1 })).status).toBe(200)
  })

  test.each([0, 1001, 1.5, '2', null, undefined])(
    'POST /o/bulk_revoke/ refuses %s as a count, and revokes no token',
    async (count) => {
      const merchant = createMerchant()
      const token = await merchant.authenticationToken()
      expect(await bulkRevoke(merchant, { revoke_count: count })).toMatchObject({
        status: 400,
        body: { error: 'invalid_request', error_description: expect.stringContaining('from 1 to 1000') },
      })
      expect(await statuses(merchant, [token])).toEqual([404])
    },
  )

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['a secret that is not a string', { client_secret: ['a'] }],
    ['no client', { client_id: undefined }],
  ])('a bulk revocation with %s gets invalid_client and its challenge', async (_what, fields) => {
    const answer = await bulkRevoke(createMerchant(), { revoke_count: 1, ...fields })
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_client"')
  })

  test('POST /o/bulk_revoke/ accepts only JSON', async () => {
    const merchant = createMerchant()
    const body = new URLSearchParams({ revoke_count: '1' })
    expect(await merchant.send('/o/bulk_revoke/', { method: 'POST', body })).toMatchObject({
      status: 415,
      body: { error: 'invalid_request' },
    })
    const headers = { 'Content-Type': 'application/json' }
    expect(await merchant.send('/o/bulk_revoke/', { method: 'POST', headers, body: '[' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })
})
