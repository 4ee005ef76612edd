import { expect, test } from 'vitest'

import { parseCents } from './money.ts'

test.each([
  ['12.5', 1250],
  ['$1,000', 100_000],
  ['0.07', 7],
  ['3.', 300],
  ['.5', 50],
  ['$ 3', 300],
  ['1,234.50', 123_450],
  // In many countries, a comma comes before the cents, and a phone may offer no point.
  ['4,29', 429],
  ['1,5', 150],
  [',5', 50],
  ['0,', 0],
  ['1,23,456', undefined],
  ['1.000,50', undefined],
  ['1,0000', undefined],
  ['1,2.3', undefined],
  ['.', undefined],
  [',', undefined],
  ['', 0],
  ['1.234', undefined],
  ['1e3', undefined],
])('the amount field reads "%s" as %s cents', (text, cents) => expect(parseCents(text)).toBe(cents))
