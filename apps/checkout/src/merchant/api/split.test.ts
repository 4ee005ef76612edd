import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Eligibility, OrderLine } from './shop-api.ts'
import { amountsOf, isAllowed, suggestedSplit, totalsOf } from './split.ts'

const cents = fc.integer({ min: 0, max: 50_000 })
const lines: fc.Arbitrary<OrderLine[]> = fc.array(
  fc.record({
    id: fc.string(),
    name: fc.string(),
    quantity: fc.constant(1),
    totalCents: fc.integer({ min: 1, max: 20_000 }),
    eligibility: fc.constantFrom<Eligibility[]>('ebt_snap', 'ebt_cash', 'none'),
  }),
  { minLength: 1 },
)

test('for any cart and any balance, the suggested split pays the exact total within the limits of each benefit', () => {
  fc.assert(
    fc.property(lines, cents, cents, (order, snapCents, cashCents) => {
      const totals = totalsOf(order)
      const split = suggestedSplit(totals, { snapCents, cashCents })
      expect(isAllowed(totals, split)).toBe(true)
      expect(split.snapCents).toBeLessThanOrEqual(snapCents)
      expect(split.cashCents).toBeLessThanOrEqual(cashCents)
      const sum = amountsOf(split).reduce((total, [, amount]) => total + amount, 0)
      expect(sum).toBe(totals.totalCents)
    }),
  )
})

const totals = { totalCents: 3000, snapEligibleCents: 1000, ebtEligibleCents: 2000 }

test.each([
  ['more EBT SNAP than eligible food', { snapCents: 1001, cashCents: 999, cardCents: 1000 }],
  ['more benefits than eligible products', { snapCents: 1000, cashCents: 1001, cardCents: 999 }],
  ['less than the total', { snapCents: 1000, cashCents: 1000, cardCents: 999 }],
  ['more than the total', { snapCents: 1000, cashCents: 1000, cardCents: 1001 }],
  ['a negative amount', { snapCents: -1, cashCents: 1000, cardCents: 2001 }],
  ['a fraction of a cent', { snapCents: 0.5, cashCents: 0, cardCents: 2999.5 }],
])('a split with %s is not allowed', (_, split) => {
  expect(isAllowed(totals, split)).toBe(false)
})

test('EBT Cash may also pay for food', () => {
  expect(isAllowed(totals, { snapCents: 0, cashCents: 2000, cardCents: 1000 })).toBe(true)
})
