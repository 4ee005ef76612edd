import { expect, test } from 'vitest'

import { formatAmount, parseAmount } from './money.ts'

test.each([
  ['20.00', 2000],
  ['0.1', 10],
  [19.99, 1999],
  ['1.15', 115],
])('the amount %s is %i cents', (value, cents) => {
  expect(parseAmount(value)).toBe(cents)
})

test.each(['', '1.001', '-1', '1e3', ' 1', null, {}, Number.NaN, Infinity])(
  '%s is not an amount',
  (value) => {
    expect(parseAmount(value)).toBeUndefined()
  },
)

test('an amount is written with two decimals', () => {
  expect(formatAmount(98_000)).toBe('980.00')
  expect(formatAmount(5)).toBe('0.05')
})
