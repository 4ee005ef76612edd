import { expect, test } from 'vitest'

import { dateOf, retryAtOf } from './retry-after.ts'

const now = 1_000_000
const date = 'Wed, 25 Nov 2026 10:00:00 GMT'
const later = 'Wed, 25 Nov 2026 10:00:30 GMT'

test.each<[string, Record<string, string>, number | undefined]>([
  ['nothing', {}, undefined],
  ['seconds', { 'Retry-After': '40' }, now + 40_000],
  ['a date, by the server’s clock', { 'Retry-After': later, Date: date }, now + 30_000],
  ['a date, by ours where the server tells none', { 'Retry-After': later }, Date.parse(later)],
  ['another kind of date', { 'Retry-After': '2026-11-25T10:00:30Z', Date: date }, now + 30_000],
  ['no sense', { 'Retry-After': 'soon' }, undefined],
  ['seconds and more', { 'Retry-After': 'in 40 s' }, undefined],
])('Retry-After with %s', (_, headers, expected) => {
  expect(retryAtOf(new Headers(headers), now)).toBe(expected)
})

test('a Date that cannot be read is none', () => {
  expect(dateOf(new Headers({ Date: date }))).toBe(Date.parse(date))
  expect(dateOf(new Headers({ Date: 'today' }))).toBeUndefined()
  expect(dateOf(new Headers())).toBeUndefined()
})
