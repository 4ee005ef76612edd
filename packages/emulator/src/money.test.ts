import { expect, test } from 'vitest'

import { formatAmount, parseAmount } from './money.ts'

test.each([
  ['20.00', 2000],
  ['0.1', 10],
  [19.99, 1999],
  ['1.15', 115],
])('%s is %i cents', (value, cents) => {
  expect(parseAmount(value)).toBe(cents)
})

test.each(['', '1.001', '-1', '1e3', ' 1', null, {}, Number.NaN, Infinity])('%s is no amount', (value) => {
  expect(parseAmount(value)).toBeUndefined()
})

test('is written with two digits', () => {
  expect(formatAmount(98_000)).toBe('980.00')
  expect(formatAmount(5)).toBe('0.05')
})
