import { describe, expect, test } from 'vitest'

import { createEmulator, EmulatorError, type EmulatorOptions } from '../../src/index.ts'
import { createMerchant } from '../support/merchant.ts'

const errorCode = (code: string): object => ({ errors: [expect.objectContaining({ code })] })

describe('bad input changes nothing and gets an answer with the reason', () => {
  test('a body that is not a JSON object is refused', async () => {
    const merchant = createMerchant()
    const headers = {
      Authorization: `Bearer ${await merchant.sessionToken()}`,
      'Content-Type': 'application/json',
    }
    for (const body of ['{', '[]', 'null', '']) {
      const answer = await merchant.send('/api/payment_methods/', { method: 'POST', headers, body })
      expect(answer).toMatchObject({ status: 400, body: errorCode('cannot_parse_request_body') })
    }
  })

  test('a body with another content type is refused', async () => {
    const merchant = createMerchant()
    const headers = { 'Content-Type': 'text/plain' }
    const answer = await merchant.postJson(
      '/api/payment_methods/',
      await merchant.sessionToken(),
      {},
      headers,
    )
    expect(answer.status).toBe(415)
  })

  test('an error about a missing or wrong member names the member, and never repeats what was sent', async () => {
    const merchant = createMerchant()
    const messageFor = async (body: object): Promise<string> => {
      const answer = await merchant.postJson('/api/payment_methods/', await merchant.sessionToken(), body)
      return (answer.body as { errors: [{ message: string }] }).errors[0].message
    }
    expect(await messageFor({ type: 'ebt' })).toBe('card is required.')
    expect(await messageFor({ type: 'ebt', card: {} })).toBe('card.number is required.')
    expect(await messageFor({ type: 'ebt', card: '9999420000000001' })).toBe(
      'card: expected Object, got a string.',
    )
    expect(await messageFor({ type: 'ebt', card: { number: '9999420000000001' }, customer_id: [1] })).toBe(
      'customer_id: expected string, got a list.',
    )
    const quidkey = await merchant.postJson('/api/v1/oauth2/token', '', { grant_type: 'client_credentials' })
    expect(quidkey.body).toMatchObject({
      error: { metadata: { errors: [{ field: 'client_id', message: 'client_id is required.' }] } },
    })
  })

  test.each(['/api/payments/?with_refunds&with_refunds', '/api/payments/x/?a=1&a=1'])(
    'a query parameter given twice is refused (%s)',
    async (path) => {
      const merchant = createMerchant()
      const token = await merchant.authenticationToken()
      const answer = path.includes('x')
        ? await merchant.get(path, token)
        : await merchant.postJson(path, token, {}, { 'Idempotency-Key': 'key' })
      expect(answer).toMatchObject({ status: 400, body: errorCode('invalid_input_data') })
      expect(JSON.stringify(answer.body)).toContain('more than once')
    },
  )

  test('JSON nested too deeply to be serialized again is refused', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const { ref } = await merchant.paymentMethod(token)
    const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const pay = (depth: number): ReturnType<typeof merchant.send> =>
      merchant.send('/api/payments/', {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Merchant-Account': '123ab45c67',
          'Content-Type': 'application/json',
          'Idempotency-Key': `depth-${depth}`,
        },
        body: `{"funding_type":"ebt_snap","payment_method":"${ref}","amount":1,"metadata":${nested(depth)}}`,
      })
    expect((await pay(90)).status).toBe(201)
    expect(await pay(100_000)).toMatchObject({ status: 400, body: errorCode('cannot_parse_request_body') })
  })

  test('keys of an object’s prototype are treated as plain data', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const body = '{"__proto__":{"type":"ebt","card":{"number":"9999420000000001"}},"constructor":1}'
    const answer = await merchant.send('/api/payment_methods/', { method: 'POST', headers, body })
    expect(answer).toMatchObject({ status: 400, body: errorCode('cannot_parse_request_body') })
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false)
  })

  test('a body over 1 MiB is refused', async () => {
    const answer = await createMerchant().send('/api/payments/', {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024 + 1),
    })
    expect(answer).toMatchObject({ status: 413, body: errorCode('request_too_large') })
  })

  test('a wrong method gets the allowed methods', async () => {
    const answer = await createMerchant().send('/api/payments/', { method: 'DELETE' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST, GET')
  })

  test.each(['GET', 'POST', 'DELETE'])(
    '%s without the trailing slash is redirected with 301, before anything else is checked',
    async (method) => {
      const merchant = createMerchant()
      const answer = await merchant.send('/api/session_token', { method })
      expect(answer).toMatchObject({ status: 301, body: '' })
      expect(answer.headers.get('location')).toBe('/api/session_token/')
    },
  )

  test('a request that is redirected is not applied', async () => {
    const merchant = createMerchant()
    const token = await merchant.authenticationToken()
    expect((await merchant.postJson('/api/session_token', token, {})).status).toBe(301)
    expect(merchant.emulator.control.counts().sessionTokens).toBe(0)
  })

  test('a redirect to a path with its slash never leaves the host', async () => {
    const answer = await createMerchant().send('//shop.example/api/payments')
    expect(answer).toMatchObject({ status: 404 })
    const { headers } = await createMerchant().send('/api/payments/..%2F..%2Fx')
    expect(headers.get('location')).toBe('/api/payments/..%2F..%2Fx/')
  })

  test('a path without its trailing slash is refused with the right path, if `missingSlash` says so', async () => {
    const merchant = createMerchant({ switches: { missingSlash: 'reject' } })
    const answer = await merchant.send('/api/session_token', { method: 'POST' })
    expect(answer).toMatchObject({ status: 404, body: errorCode('resource_not_found') })
    expect(JSON.stringify(answer.body)).toContain('use /api/session_token/.')
  })

  test.each(['/o/token', '/o/bulk_revoke'])(
    'an OAuth path without its trailing slash is refused with the right path, if `missingSlash` says so: %s',
    async (path) => {
      const merchant = createMerchant({ switches: { missingSlash: 'reject' } })
      const answer = await merchant.send(path, { method: 'POST' })
      expect(answer).toMatchObject({
        status: 404,
        body: { error: 'resource_not_found', error_description: expect.stringContaining(`use ${path}/.`) },
      })
    },
  )

  test.each(['GET', 'PUT', 'DELETE'])('%s on the OAuth server gets the allowed method', async (method) => {
    const answer = await createMerchant().send('/o/token/', { method })
    expect(answer).toMatchObject({ status: 405, body: { error: 'method_not_allowed' } })
    expect(answer.headers.get('allow')).toBe('POST')
  })

  test('an unknown path gets 404 resource_not_found', async () => {
    expect(await createMerchant().send('/api/nothing/')).toMatchObject({
      status: 404,
      body: errorCode('resource_not_found'),
    })
  })
})

test.each([
  [{ merchants: [] }, '`merchants`'],
  [{ merchants: ['a b'] }, '`merchants`'],
  [{ clientSecret: '' }, '`clientSecret`'],
  [{ vaultUrl: 'vault' }, '`vaultUrl`'],
  [{ switches: { paymentTokens: 'session' } }, 'has to be one of authentication, either, got "session"'],
  [{ switches: { idempotencyTtlMs: 0 } }, 'has to be a number of at least 1, got 0'],
  [{ switches: { stateCardsPath: '/states/' } }, 'has to be a path as /api/names/'],
  [{ switches: { stateCardsPath: '/api/states' } }, 'has to be a path as /api/names/'],
  [{ switches: { stateCardsPath: '/api/:ref/' } }, 'has to be a path as /api/names/'],
  [{ switches: { stateCardsPath: '/api/v1/states/' } }, 'has to be a path as /api/names/'],
  [{ switches: { speed: 'fast' } }, 'There is no switch `speed`. Known switches: tokenFormat,'],
])('createEmulator(%o) throws an error with a sentence', (options, sentence) => {
  const create = (): unknown => createEmulator(options as EmulatorOptions)
  expect(create).toThrow(EmulatorError)
  expect(create).toThrow(sentence)
})
