import { expect, it } from 'vitest'

import { upstreamErrorCode } from './upstream-error-code.ts'

const long = 'x'.repeat(64)

it.each([
  [{ error: 'invalid_client' }, 'invalid_client'],
  [{ errors: [{ code: 'expired_session_token' }] }, 'expired_session_token'],
  [{ errors: [{ code: 'first' }, 'and more'] }, 'first'],
  [{ error: long }, long],
  [{ error: `${long}x` }, undefined],
  [{ error: '' }, undefined],
  [{ error: 'a sentence' }, undefined],
  [{ error: 'two\nlines' }, undefined],
  [{ errors: [] }, undefined],
  [{ errors: [{ code: 'a sentence' }] }, undefined],
  [{ errors: { code: 'no_list' } }, undefined],
  [null, undefined],
])('upstreamErrorCode of %j is %j', (body, expected) => {
  expect(upstreamErrorCode(JSON.stringify(body))).toBe(expected)
})

it('upstreamErrorCode is undefined for a body that is not JSON', () => {
  expect(upstreamErrorCode('<html>')).toBeUndefined()
})
