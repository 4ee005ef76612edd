import { expect, it } from 'vitest'

import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2025, 0, 1)

it.each([
  ['7', 7000],
  [' 0 ', 0],
  ['Wed, 01 Jan 2025 00:01:00 GMT', 60_000],
  ['Tue, 31 Dec 2024 00:00:00 GMT', 0],
  ['2025-01-01T00:01:00Z', 60_000],
  ['soon', undefined],
  ['', undefined],
])('retryAfterMs reads Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(ms)
})

it('retryAfterMs is undefined without the header', () => {
  expect(retryAfterMs(new Headers(), now)).toBeUndefined()
})
