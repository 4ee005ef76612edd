import { expect, test } from 'vitest'

import { runRandomOrders } from './random-orders.ts'

test('after 40 random orders over a network that troubles 12 % of all calls, all books agree', async () => {
  const { disagreements, statuses, refundedByCancelCents, calls } = await runRandomOrders({
    seed: 1,
    orders: 40,
    atOnce: 8,
    troubled: 0.12,
  })
  expect(disagreements).toEqual([])
  // The run has met what it is about.
  expect(statuses.paid).toBeGreaterThan(5)
  expect(statuses.canceled).toBeGreaterThan(5)
  expect(refundedByCancelCents).toBeGreaterThan(0)
  expect(Math.min(calls.lost, calls.unanswered, calls.late, calls.overtaken)).toBeGreaterThan(10)
})
