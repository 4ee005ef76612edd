import { expect, test } from 'vitest'

import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** Returns the monotonic time at which each delay ends. */
function ranAt(clock: VirtualClock, delays: readonly number[]): number[] {
  const times: number[] = []
  for (const ms of delays) clock.setTimeout(() => times.push(clock.monotonic()), ms)
  return times
}

test('timers run in the order in which they are due, each at its own time', async () => {
  const clock = createVirtualClock()
  const times = ranAt(clock, [300, 100, 200])
  await clock.advance(250)
  expect(times).toEqual([100, 200])
  expect(clock.timers()).toBe(1)
})

test('a timer that another timer sets runs within the same advance', async () => {
  const clock = createVirtualClock()
  const times: number[] = []
  const tick = (): void => {
    times.push(clock.monotonic())
    clock.setTimeout(tick, 10)
  }
  clock.setTimeout(tick, 10)
  await clock.advance(35)
  expect(times).toEqual([10, 20, 30])
})

test('a sleep freezes timers, which run late by the wall clock', async () => {
  const clock = createVirtualClock()
  const start = clock.now()
  const times: number[] = []
  clock.setTimeout(() => times.push(clock.now() - start), 1000)
  clock.sleep(60_000)
  expect([clock.monotonic(), clock.elapsed()]).toEqual([0, 60_000])
  await clock.advance(1000)
  expect(times).toEqual([61_000])
})

test('a sleep can advance the monotonic clock', () => {
  const clock = createVirtualClock()
  clock.sleep(60_000, { monotonic: true })
  expect(clock.monotonic()).toBe(60_000)
})

test('a step changes the wall clock only', () => {
  const clock = createVirtualClock()
  const start = clock.now()
  clock.stepWall(-5000)
  expect([clock.now() - start, clock.monotonic(), clock.elapsed()]).toEqual([-5000, 0, 0])
})

test('a delay that exceeds 32 bits runs at once, as on a real platform', async () => {
  const clock = createVirtualClock()
  const times = ranAt(clock, [2 ** 31])
  await clock.advance(0)
  expect(times).toEqual([0])
})
