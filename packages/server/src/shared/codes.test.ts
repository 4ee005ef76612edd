import { expect, it } from 'vitest'

import { problemCodes, serverCodes, type ForageServerErrorCode } from './codes.ts'
import { ForageServerError } from './errors.ts'

it.each<[ForageServerErrorCode, boolean]>([
  ['credentials_rejected', true],
  ['not_configured', false],
  ['merchant_invalid', false],
  ['token_limit', true],
  ['upstream_throttled', true],
  ['upstream_unavailable', true],
  ['store_unavailable', true],
  ['frozen', true],
  ['closed', false],
])('an error with code %s has retryable %s', (code, retryable) => {
  expect(new ForageServerError(code, 'What happened', { remedy: 'Do it.' }).retryable).toBe(retryable)
})

it('an error with a time to try again is retryable', () => {
  const error = new ForageServerError('not_configured', 'What happened', { remedy: 'Do it.', retryAt: 1 })
  expect(error).toMatchObject({ retryable: true, retryAt: 1 })
})

it('the browser may retry exactly after a 429 and a 503', () => {
  for (const { status, retryable } of Object.values(problemCodes)) {
    expect(retryable).toBe(status === 429 || status === 503)
  }
})

it('no error code of the server becomes a 401, which means that the customer is signed out', () => {
  for (const { problem } of Object.values(serverCodes)) expect(problemCodes[problem].status).not.toBe(401)
})
