import { expect, test } from 'vitest'

import { nextAllowed, spend } from './request-budget.ts'

const budget = { max: 2, perMs: 1000 }

test('with a budget of two, the next request is allowed one window after the last but one', () => {
  expect(nextAllowed(budget, [])).toBe(-Infinity)
  expect(nextAllowed(budget, [100])).toBe(-Infinity)
  expect(nextAllowed(budget, [100, 200])).toBe(1100)
})

test('requests that no longer count are not kept', () => {
  expect(spend(budget, [], 100)).toEqual([100])
  expect(spend(budget, [100, 200], 1100)).toEqual([200, 1100])
})
