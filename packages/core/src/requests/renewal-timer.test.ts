import { expect, test } from 'vitest'

import { createVirtualClock } from '../testing/virtual-clock.ts'
import { createRenewalTimer } from './renewal-timer.ts'

test.for([
  ['a fraction of a millisecond, which may be less than the clock can show', 1e-11, 1],
  ['one and a half milliseconds', 1.5, 2],
  ['a whole number of milliseconds', 1000, 1000],
  ['a time in the past', -5, 0],
  ['more than a timer of the platform can wait', 2 ** 40, 2 ** 31 - 1],
] as const)('the timer for %s waits for whole milliseconds', ([, inMs, expected]) => {
  const waits: number[] = []
  const clock = { ...createVirtualClock(), setTimeout: (_: () => void, ms: number) => waits.push(ms) }
  createRenewalTimer(clock, () => {})({ inMs, isRequest: true })
  expect(waits).toEqual([expected])
})
