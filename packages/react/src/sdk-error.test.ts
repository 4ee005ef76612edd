import { expect, test } from 'vitest'

import { isSdkTokenError } from './sdk-error.ts'

test('a ForageError with status 401 is about the token', () => {
  expect(isSdkTokenError({ httpStatusCode: 401, code: 'expired_session_token', message: '' })).toBe(true)
  expect(isSdkTokenError(Object.assign(new Error('x'), { httpStatusCode: 401 }))).toBe(true)
})

test('so is the older shape with a list of errors', () => {
  expect(isSdkTokenError({ errors: [{ httpStatusCode: 401, code: 'invalid_token', message: '' }] })).toBe(
    true,
  )
})

test.each([
  { httpStatusCode: 400, code: 'ebt_error_55', message: 'Invalid PIN or PIN not selected - Invalid PIN' },
  { httpStatusCode: 401, code: 'missing_merchant_account' },
  { httpStatusCode: 403, code: 'forbidden' },
  { errors: [] },
  new TypeError('Failed to fetch'),
  null,
  'text',
])('%o is not', (error) => {
  expect(isSdkTokenError(error)).toBe(false)
})
