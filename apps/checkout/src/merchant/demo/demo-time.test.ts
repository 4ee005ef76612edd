import { expect, test } from 'vitest'

import { createDemoTime } from './demo-time.ts'

let real = 1000
const clock = {
  now: () => real,
  setTimeout: () => undefined,
  clearTimeout: () => {},
}

test('the time of the demo is the real time plus the time that was let pass', () => {
  real = 1000
  const time = createDemoTime(() => real, 5)
  expect(time.now()).toBe(1005)
  time.pass(900)
  real = 2000
  expect(time.now()).toBe(2905)
  expect(time.clock(clock).now()).toBe(2905)
})

test('a moment of the demo is mapped to the real moment, before and after time was let pass', () => {
  real = 1000
  const time = createDemoTime(() => real, 5)
  const before = time.now()
  real = 1100
  time.pass(900)
  expect(time.realOf(before)).toBe(1000)
  real = 1200
  time.pass(900)
  real = 1300
  expect(time.realOf(time.now())).toBe(1300)
  expect(time.realOf(before)).toBe(1000)
})
