import { expect, test } from 'vitest'

import { nextAllowed, spend } from './request-budget.ts'

const budget = { max: 2, perMs: 1000 }

test('the next one is allowed when the one before the last two is a window ago', () => {
  expect(nextAllowed(budget, [])).toBe(-Infinity)
  expect(nextAllowed(budget, [100])).toBe(-Infinity)
  expect(nextAllowed(budget, [100, 200])).toBe(1100)
})

test('what no longer counts is not kept', () => {
  expect(spend(budget, [], 100)).toEqual([100])
  expect(spend(budget, [100, 200], 1100)).toEqual([200, 1100])
})
