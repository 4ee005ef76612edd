import { createVirtualClock } from '@forage-session/core/testing'
import { expect, test } from 'vitest'

import { createFaultyPage } from './page-faults.ts'

test('time that passes moves both clocks of the page and runs the timers that are due, in order and once', async () => {
  const real = createVirtualClock()
  const { clock, pass } = createFaultyPage(real)
  const start = [clock.now(), clock.monotonic()]
  const ran: string[] = []
  clock.setTimeout(() => ran.push('late'), 900)
  clock.setTimeout(() => ran.push('never'), 2000)
  const cleared = clock.setTimeout(() => ran.push('cleared'), 800)
  clock.setTimeout(() => {
    ran.push('early')
    clock.clearTimeout(cleared)
  }, 100)
  pass(1000)
  expect(ran).toEqual(['early', 'late'])
  expect([clock.now() - start[0]!, clock.monotonic() - start[1]!]).toEqual([1000, 1000])
  await real.advance(1000)
  expect(ran).toEqual(['early', 'late'])
  await real.advance(1000)
  expect(ran).toEqual(['early', 'late', 'never'])
})
