import { expect, test } from 'vitest'

import { runRandomOrders } from './random-orders.ts'

test('after 40 random orders over a network that troubles 12 % of all calls, all books agree', async () => {
  const { disagreements, statuses, calls } = await runRandomOrders({
    seed: 1,
    orders: 40,
    atOnce: 8,
    troubled: 0.12,
  })
  expect(disagreements).toEqual([])
  // The run has met what it is about.
  expect(Math.min(statuses.paid, statuses.canceled)).toBeGreaterThan(0)
  expect(Math.min(calls.lost, calls.unanswered, calls.late, calls.overtaken)).toBeGreaterThan(10)
})
