import { describe, expect, test } from 'vitest'

import { createMerchant, type Answer, type Merchant } from '../support/merchant.ts'

const METHODS = '/api/payment_methods/'

interface VaultCall {
  readonly path: string
  readonly live?: boolean
  readonly method?: string
  readonly body?: string
}

async function expired(merchant: Merchant): Promise<string> {
  const token = await merchant.sessionToken()
  merchant.emulator.control.expireSessionTokens()
  return token
}

describe('the envelopes of errors', () => {
  test('an expired token gets the list envelope of docs.joinforage.app/reference/errors', async () => {
    const merchant = createMerchant()
    expect((await merchant.postJson(METHODS, await expired(merchant), {})).body).toEqual({
      path: METHODS,
      errors: [
        {
          code: 'expired_session_token',
          message: 'This token has expired',
          source: { resource: 'Session_Token', ref: '' },
        },
      ],
    })
  })

  test('a 429 gets the list envelope without a source, as in the fixtures of the SDKs', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.fault({ kind: 'rate-limit' })
    expect(await merchant.send(METHODS)).toMatchObject({
      status: 429,
      body: {
        path: METHODS,
        errors: [{ code: 'too_many_requests', message: 'Request was throttled, please try again later.' }],
      },
    })
  })

  test('missing credentials get the detail envelope of forage-android-sdk RosettaBadRequestResponsePayload.kt', async () => {
    expect((await createMerchant().send('/api/session_token/', { method: 'POST' })).body).toEqual({
      detail: 'Authentication credentials were not provided.',
    })
  })

  test('the vault answers missing credentials with a numeric code, as in rosetta_vault_error_response.json', async () => {
    const answer = await createMerchant().send('/proxy/api/payments/x/capture/', { method: 'POST' })
    expect(answer.body).toEqual({
      code: 401,
      description: 'authorization header malformed',
      name: 'auth_header_malformed',
    })
  })

  test.each([
    ['an expired token', { path: '/proxy/api/payment_methods/' }, 401],
    ['a token without a merchant', { path: '/proxy/api/payments/0ddbcda871/capture/', live: true }, 400],
    ['a body that is too large', { path: '/proxy/api/payment_methods/', body: 'x'.repeat(2 ** 21) }, 413],
    ['a wrong method', { path: '/proxy/api/payment_methods/', method: 'PUT' }, 405],
    ['an unknown path', { path: '/proxy/api/nothing/' }, 404],
  ])(
    'the path in the vault’s error for %s has no /proxy',
    async (_, { path, live = false, method = 'POST', body = '{}' }: VaultCall, status) => {
      const merchant = createMerchant()
      const token = live ? await merchant.sessionToken() : await expired(merchant)
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
      expect(await merchant.send(path, { method, headers, body })).toMatchObject({
        status,
        body: { path: path.slice('/proxy'.length) },
      })
    },
  )

  test('a decline of the EBT network gets the envelope of SingleErrorResponsePayload.kt', async () => {
    const merchant = createMerchant()
    const token = await merchant.sessionToken()
    // The PIN of this card is 1234: docs.joinforage.app/docs/test-cards.
    const { ref, vaultToken } = await merchant.paymentMethod(token, '6777777777771234')
    const body = { pin: '4321', card_number_token: vaultToken }
    expect(await merchant.postJson(`/proxy${METHODS}${ref}/balance/`, token, body)).toMatchObject({
      status: 400,
      body: {
        ref,
        balance: null,
        error: { message: expect.any(String), forage_code: 'ebt_error_55', status_code: 400 },
      },
    })
  })

  test('an OAuth error gets the envelope of RFC 6749 §5.2', async () => {
    const { body } = await createMerchant().send('/o/token/', { method: 'POST' })
    expect(body).toEqual({ error: 'unsupported_grant_type' })
  })

  test('a gateway’s error is a page without JSON', async () => {
    const merchant = createMerchant()
    merchant.emulator.control.fault({ kind: 'html' })
    const response = await merchant.emulator.fetch(new Request(`http://localhost${METHODS}`))
    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toContain('502 Bad Gateway')
  })
})

describe('the code that the fault `reject` answers', () => {
  test.each([
    [401, 'expired_session_token', 'This token has expired', 'Session_Token'],
    [401, 'invalid_token', 'Incorrect authentication credentials.', 'OAuth_Access_Tokens'],
    [401, 'bad_signature', 'Bad Token Signature', 'Session_Token'],
    [401, 'expired_token_signature', 'Expired Token Signature', 'Session_Token'],
    [401, 'unauthorized', 'Authentication credentials were not provided.', 'Access Token'],
    [403, 'forbidden', 'You do not have permission to perform this action.', 'Authentication_Token'],
  ])(
    'the fault `reject` answers %i %s with the documented words',
    async (status, code, message, resource) => {
      const merchant = createMerchant()
      const token = await merchant.sessionToken()
      merchant.emulator.control.fault({ kind: 'reject', code })
      expect(await merchant.postJson(METHODS, token, {})).toMatchObject({
        status,
        body: { path: METHODS, errors: [{ code, message, source: { resource, ref: '' } }] },
      })
    },
  )
})

describe('WWW-Authenticate (RFC 6750 §3)', () => {
  const challenge = ({ headers }: Answer): string | null => headers.get('www-authenticate')

  test('WWW-Authenticate names no error if no token was sent', async () => {
    const answers = [METHODS, '/proxy/api/payments/x/capture/'].map((path) =>
      createMerchant().send(path, { method: 'POST' }),
    )
    expect((await Promise.all(answers)).map(challenge)).toEqual(['Bearer realm="api"', 'Bearer realm="api"'])
  })

  test('WWW-Authenticate says whether a token is expired or invalid', async () => {
    const merchant = createMerchant()
    expect(challenge(await merchant.postJson(METHODS, await expired(merchant), {}))).toBe(
      'Bearer realm="api",error="invalid_token",error_description="The access token has expired."',
    )
    expect(challenge(await merchant.postJson(METHODS, 'sandbox_unknown', {}))).toBe(
      'Bearer realm="api",error="invalid_token",error_description="The access token is invalid."',
    )
  })

  test('WWW-Authenticate is only on a 401', async () => {
    const merchant = createMerchant()
    const forbidden = await merchant.postJson('/api/payments/', await merchant.sessionToken(), {})
    expect([forbidden.status, challenge(forbidden)]).toEqual([403, null])
  })
})
