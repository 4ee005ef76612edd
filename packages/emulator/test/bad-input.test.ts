import { describe, expect, test } from 'vitest'

import { createEmulator, EmulatorError, type EmulatorOptions } from '../src/index.ts'
import { createMerchant } from './merchant.ts'

const errorCode = (code: string): object => ({ errors: [expect.objectContaining({ code })] })

describe('bad input changes nothing and gets an answer that says why', () => {
  test('JSON that is none', async () => {
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

  test('another content type', async () => {
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

  test('a body over 1 MiB', async () => {
    const answer = await createMerchant().send('/api/payments/', {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024 + 1),
    })
    expect(answer).toMatchObject({ status: 413, body: errorCode('request_too_large') })
  })

  test('a wrong method says which there are', async () => {
    const answer = await createMerchant().send('/api/payments/', { method: 'DELETE' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST, GET')
  })

  test('a missing trailing slash', async () => {
    const answer = await createMerchant().send('/api/session_token', { method: 'POST' })
    expect(answer).toMatchObject({ status: 404, body: errorCode('resource_not_found') })
    expect(JSON.stringify(answer.body)).toContain('use /api/session_token/.')
  })

  test('an unknown path', async () => {
    expect(await createMerchant().send('/api/nothing/')).toMatchObject({
      status: 404,
      body: errorCode('resource_not_found'),
    })
  })
})

describe('CORS', () => {
  const Origin = 'https://shop.example'

  test('answers a preflight for what the SDKs send', async () => {
    const { status, headers } = await createMerchant().send('/api/payment_methods/', {
      method: 'OPTIONS',
      headers: { Origin, 'Access-Control-Request-Method': 'POST' },
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(Origin)
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',')
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'merchant-account',
        'idempotency-key',
        'api-version',
        'x-key',
      ]),
    )
  })

  test('lets a page read an error and what it needs of its headers', async () => {
    const { status, headers } = await createMerchant().send('/proxy/api/payments/x/capture/', {
      method: 'POST',
      headers: { Origin },
    })
    expect(status).toBe(401)
    expect(headers.get('access-control-allow-origin')).toBe(Origin)
    expect(headers.get('access-control-expose-headers')).toBe('Date,Retry-After,WWW-Authenticate')
  })

  test('is not there for client credentials', async () => {
    const { headers } = await createMerchant().send('/o/token/', { method: 'POST', headers: { Origin } })
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })
})

test.each([
  [{ merchants: [] }, '`merchants`'],
  [{ merchants: ['a b'] }, '`merchants`'],
  [{ clientSecret: '' }, '`clientSecret`'],
  [{ vaultUrl: 'vault' }, '`vaultUrl`'],
  [{ switches: { speed: 'fast' } }, 'There is no switch `speed`. Known switches: tokenFormat,'],
])('createEmulator(%o) throws a sentence', (options, sentence) => {
  const create = (): unknown => createEmulator(options as EmulatorOptions)
  expect(create).toThrow(EmulatorError)
  expect(create).toThrow(sentence)
})
