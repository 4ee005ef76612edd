import { expect, it } from 'vitest'

import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2025, 0, 1)
const hour = 3_600_000

it.each([
  ['7', 7000],
  [' 0 ', 0],
  ['1.5', 1500],
  ['0.0001', 1],
  ['3600', hour],
  ['7200', hour],
  ['Wed, 01 Jan 2025 00:01:00 GMT', 60_000],
  ['Wednesday, 01-Jan-25 00:01:00 GMT', 60_000],
  ['Wed Jan  1 00:01:00 2025', 60_000],
  ['Tue, 31 Dec 2024 00:00:00 GMT', 0],
  ['Thu, 02 Jan 2025 00:00:00 GMT', hour],
  ['2025-01-01T00:01:00Z', 60_000],
  ['soon', undefined],
  ['5 minutes', undefined],
  ['-7', undefined],
  ['7s', undefined],
  ['1e3', undefined],
  ['7, 9', undefined],
  ['Wed, 99 Jan 2025 00:01:00 GMT', undefined],
  ['', undefined],
])('retryAfterMs reads Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(429, new Headers({ 'retry-after': value }), now)).toBe(ms)
  expect(retryAfterMs(503, new Headers({ 'retry-after': value }), now)).toBe(ms)
})

it("retryAfterMs counts a date from the answer's own Date, and from now if that is unreadable", () => {
  const withDate = (date: string): number | undefined =>
    retryAfterMs(503, new Headers({ 'retry-after': 'Wed, 01 Jan 2025 02:00:30 GMT', date }), now)
  expect(withDate('Wed, 01 Jan 2025 02:00:00 GMT')).toBe(30_000)
  expect(withDate('Wed, 01 Jan 2025 03:00:00 GMT')).toBe(0)
  expect(withDate('now')).toBe(hour)
})

it('retryAfterMs is undefined without the header, and for another status', () => {
  expect(retryAfterMs(429, new Headers(), now)).toBeUndefined()
  for (const status of [200, 400, 403, 500, 502, 504])
    expect(retryAfterMs(status, new Headers({ 'retry-after': '7' }), now)).toBeUndefined()
})
