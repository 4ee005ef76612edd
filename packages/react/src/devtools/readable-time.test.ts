import { expect, test } from 'vitest'

import { countdown, duration } from './readable-time.ts'

test.each([
  [900_000, '15:00'],
  [272_000, '4:32'],
  [271_001, '4:32'],
  [59_000, '0:59'],
  [3_872_000, '1:04:32'],
  [0, '0:00'],
  [-5000, '0:00'],
])('countdown shows %i ms as %s', (ms, text) => {
  expect(countdown(ms)).toBe(text)
})

test.each([
  [850, '850 ms'],
  [1200, '1.2 s'],
  [3000, '3 s'],
  [900_000, '15 min'],
  [7_200_000, '2 h'],
  [7_500_000, '2 h 5 min'],
])('duration shows %i ms as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
