import { expect, test } from 'vitest'

import { parseCents } from './money.ts'

test.each([
  ['12.5', 1250],
  ['$1,000', 100_000],
  ['0.07', 7],
  ['3.', 300],
  ['', 0],
  ['1.234', undefined],
  ['1e3', undefined],
])('the amount field reads "%s" as %s cents', (text, cents) => expect(parseCents(text)).toBe(cents))
