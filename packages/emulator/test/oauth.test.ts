import { describe, expect, test } from 'vitest'

import { basic, createMerchant, type Merchant } from './merchant.ts'

const form = (fields: Record<string, string>): URLSearchParams =>
  new URLSearchParams({ grant_type: 'client_credentials', ...fields })

function ask(merchant: Merchant, fields: Record<string, string>): ReturnType<Merchant['send']> {
  const headers = { Authorization: basic(merchant.emulator) }
  return merchant.send('/o/token/', { method: 'POST', headers, body: form(fields) })
}

describe('POST /o/token/', () => {
  test('answers as docs.joinforage.app/reference/create-authentication-token, and is never cached', async () => {
    const { status, headers, body } = await ask(createMerchant(), { scope: 'pinpad_only' })
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

  test('takes the credentials from the body too', async () => {
    const merchant = createMerchant()
    const { clientId: client_id, clientSecret: client_secret } = merchant.emulator
    const body = form({ client_id, client_secret })
    expect((await merchant.send('/o/token/', { method: 'POST', body })).status).toBe(200)
  })

  test('decodes the form-encoded halves of Basic (RFC 6749 §2.3.1)', async () => {
    const merchant = createMerchant({ clientId: 'a:b', clientSecret: 'c d%' })
    const headers = { Authorization: `Basic ${btoa('a%3Ab:c+d%25')}` }
    expect((await merchant.send('/o/token/', { method: 'POST', headers, body: form({}) })).status).toBe(200)
  })

  test('gives the scope hosted_checkout when none is asked for, and such a token opens no session', async () => {
    const merchant = createMerchant()
    const { body } = await ask(merchant, {})
    expect(body).toMatchObject({ scope: 'hosted_checkout' })
    const token = await merchant.authenticationToken({})
    expect(await merchant.postJson('/api/session_token/', token, {})).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'forbidden' }] },
    })
  })

  test('several scopes are separated by a space', async () => {
    expect((await ask(createMerchant(), { scope: 'pinpad_only reporting' })).body).toMatchObject({
      scope: 'pinpad_only reporting',
    })
  })

  test('refuses wrong credentials with invalid_client and its challenge', async () => {
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
    ['another grant', { grant_type: 'password' }, { error: 'unsupported_grant_type' }],
    ['an unknown scope', { scope: 'everything' }, { error: 'invalid_scope' }],
    ['a lifetime below a day', { expiration_time: '86399' }, { error: 'invalid_request' }],
    ['a lifetime above 30 days', { expiration_time: '2592001' }, { error: 'invalid_request' }],
    ['a lifetime that is no number', { expiration_time: '1e5' }, { error: 'invalid_request' }],
  ])('refuses %s', async (_what, fields, body) => {
    expect(await ask(createMerchant(), fields)).toMatchObject({ status: 400, body })
  })

  test.each(['86400', '2592000'])('accepts the bound %s of expiration_time', async (seconds) => {
    expect((await ask(createMerchant(), { expiration_time: seconds })).body).toMatchObject({
      expires_in: Number(seconds),
    })
  })

  test('refuses a JSON body, a parameter given twice and parameters in the URL', async () => {
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

  test('refuses the 1001st live token, or evicts the oldest, as `tokenCap` says', async () => {
    const strict = createMerchant()
    const first = await strict.authenticationToken()
    for (let i = 1; i < 1000; i++) await strict.authenticationToken()
    expect((await ask(strict, {})).status).toBe(400)
    await strict.emulator.control.advance(604_800_000)
    expect((await ask(strict, {})).status).toBe(200)

    const lenient = createMerchant({ switches: { tokenCap: 'evict' } })
    expect(await lenient.authenticationToken()).toBe(first)
    for (let i = 1; i < 1001; i++) await lenient.authenticationToken()
    expect((await lenient.postJson('/api/session_token/', first, {})).status).toBe(401)
  })

  test('a disabled application gets invalid_client', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.disableApplication()
    expect(await ask(merchant, {})).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})

describe('POST /o/revoke_token/', () => {
  const revoke = (merchant: Merchant, body: URLSearchParams): ReturnType<Merchant['send']> =>
    merchant.send('/o/revoke_token/', {
      method: 'POST',
      headers: { Authorization: basic(merchant.emulator) },
      body,
    })

  test('answers 200 with an empty body, and the session tokens of the token die with it', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const session = await merchant.sessionToken(token)
    expect(await revoke(merchant, new URLSearchParams({ token }))).toMatchObject({ status: 200, body: '' })
    expect(await merchant.get('/api/payment_methods/x/', session)).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'invalid_token' }] },
    })
  })

  test('an unknown token is 200 as well (RFC 7009 §2.2), a missing one is not', async () => {
    const merchant = createMerchant()
    expect((await revoke(merchant, new URLSearchParams({ token: 'sandbox_gone' }))).status).toBe(200)
    expect(await revoke(merchant, new URLSearchParams())).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'Missing token parameter.' },
    })
  })
})
