import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createVirtualClock } from '../testing/index.ts'
import { createSessionTime } from './session-time.ts'

const schedule = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 10_000_000 }) }),
    fc.record({ kind: fc.constant('step' as const), ms: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
  ),
)

test('session time never goes back and never falls behind real time', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (happenings) => {
      const clock = createVirtualClock()
      const time = createSessionTime(clock, () => {})
      let real = 0
      let before = time.read()
      for (const { kind, ms } of happenings) {
        if (kind === 'pass') await clock.advance(ms)
        if (kind === 'sleep') clock.sleep(ms)
        if (kind === 'step') clock.stepWall(ms)
        if (kind !== 'step') real += ms
        const now = time.read()
        expect(now).toBeGreaterThanOrEqual(before)
        expect(now).toBeGreaterThanOrEqual(real)
        before = now
      }
    }),
    { numRuns: 200 },
  )
})

test('a step of the clock is reported if it is larger than five seconds', () => {
  const clock = createVirtualClock()
  const steps: number[] = []
  const time = createSessionTime(clock, (byMs) => steps.push(byMs))
  for (const ms of [5000, -5000, 5001, -5001]) {
    clock.stepWall(ms)
    time.read()
  }
  expect(steps).toEqual([5001, -5001])
})
