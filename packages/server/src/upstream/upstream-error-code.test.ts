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
])('of %j only a code is shown: %j', (body, expected) => {
  expect(upstreamErrorCode(JSON.stringify(body))).toBe(expected)
})

it('what is no JSON has none', () => {
  expect(upstreamErrorCode('<html>')).toBeUndefined()
})
