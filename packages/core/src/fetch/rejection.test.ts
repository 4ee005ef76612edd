import { expect, test } from 'vitest'

import { createVirtualClock } from '../testing/index.ts'
import { isSdkRejection, judgeRejection, type Rejection } from './rejection.ts'

async function judge(body: unknown, headers: HeadersInit = {}): Promise<Rejection> {
  return await judgeRejection(Response.json(body, { status: 401, headers }), createVirtualClock())
}

test('a 401 with insufficient_scope is not about the token (RFC 6750 §3.1)', async () => {
  const headers = { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' }
  expect(await judge({ code: 'x' }, headers)).toEqual({ ofToken: false, code: 'insufficient_scope' })
})

test('a challenge of another scheme does not decide about the token', async () => {
  const headers = { 'WWW-Authenticate': 'Basic error="insufficient_scope"' }
  expect(await judge({ code: 'x' }, headers)).toEqual({ ofToken: true, code: 'x' })
})

test.each([
  'missing_merchant_account',
  'invalid_merchant_account',
  'ebt_error_55',
  'pin',
  'pin_required',
  'invalid_pin',
  'wrong-pin',
  'INVALID_PIN',
])('a 401 with the code %s is not about the token', async (code) => {
  expect(await judge({ code })).toEqual({ ofToken: false, code })
})

test.each([
  'no_missing_merchant_account',
  'missing_merchant_accounts',
  'no_ebt_error_',
  'spin',
  'pinned',
  'opinion',
  'spin_off',
  'to_pin_down',
  'expired_session_token',
])('a 401 with the code %s is about the token', async (code) => {
  expect(await judge({ code })).toEqual({ ofToken: true, code })
})

test.each([
  ['errors[0].code', { errors: [{ code: 'a' }], error: 'b', code: 'c' }, 'a'],
  ['error.forage_code', { error: { forage_code: 'a' }, code: 'c' }, 'a'],
  ['error', { error: 'b', code: 'c' }, 'b'],
  ['code', { code: 'c' }, 'c'],
  ['a sentence', { error: 'Token sandbox_a is gone.' }, undefined],
  ['a number', { code: 7 }, undefined],
  ['an object', { code: { pin: 1 } }, undefined],
  ['a text of 64 characters', { code: 'x'.repeat(64) }, 'x'.repeat(64)],
  ['a text of 65 characters', { code: 'x'.repeat(65) }, undefined],
  ['an empty body', {}, undefined],
])('the error code of a 401 is read from its body, if it is a code: %s', async (_, body, code) => {
  expect(await judge(body)).toEqual({ ofToken: true, code })
})

test.each([
  { httpStatusCode: 401, code: 'expired_session_token', message: '' },
  Object.assign(new Error('x'), { httpStatusCode: 401 }),
  { errors: [{ httpStatusCode: 401, code: 'invalid_token', message: '' }] },
])('the SDK error %o is about the token', (error) => {
  expect(isSdkRejection(error)).toBe(true)
})

test.each([
  { httpStatusCode: 400, code: 'ebt_error_55', message: 'Invalid PIN or PIN not selected - Invalid PIN' },
  { httpStatusCode: 401, code: 'missing_merchant_account' },
  { errors: [{ httpStatusCode: 401, code: 'invalid_merchant_account' }] },
  { httpStatusCode: 401, code: 'ebt_error_55' },
  { httpStatusCode: 403, code: 'forbidden' },
  { errors: [] },
  new TypeError('Failed to fetch'),
  null,
  'text',
])('the SDK error %o is not about the token', (error) => {
  expect(isSdkRejection(error)).toBe(false)
})

test.each([
  ['after a comma in quotes', 'Basic realm="a,b", Bearer error="insufficient_scope"'],
  ['as a plain value', 'Bearer realm="api",error=insufficient_scope,scope="a b"'],
  ['after escaped quotes', 'Bearer error_description="say \\"hi\\"", error="insufficient_scope"'],
  ['in capitals and with spaces', 'BEARER realm = "api", ERROR = "insufficient_scope"'],
  ['in the second challenge', 'Bearer error="invalid_token", Bearer error="insufficient_scope"'],
])('the scope of a Bearer challenge is read %s', async (_, challenge) => {
  const { ofToken } = await judge({ code: 'x' }, { 'WWW-Authenticate': challenge })
  expect(ofToken).toBe(false)
})

test.each([
  ['an empty header', ''],
  ['a parameter without a scheme', 'error="insufficient_scope", Bearer error=invalid_token'],
  ['another parameter', 'Bearer error_description="insufficient_scope"'],
  ['another error', 'Bearer error="insufficient_scope_x"'],
])('no missing scope is read from %s', async (_, challenge) => {
  const { ofToken } = await judge({ code: 'x' }, { 'WWW-Authenticate': challenge })
  expect(ofToken).toBe(true)
})
