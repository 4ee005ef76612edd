import { expect, it } from 'vitest'

import { memoryRateLimit } from './rate-limit-memory.ts'

it('memoryRateLimit opens a window with the first request and returns how long it lasts', () => {
  let now = 0
  const wait = memoryRateLimit({ requests: 2, perMs: 1000 }, () => now)
  expect([wait('a'), wait('a'), wait('b')]).toEqual([0, 0, 0])
  now = 400
  expect(wait('a')).toBe(600)
  now = 1000
  expect(wait('a')).toBe(0)
})

it('memoryRateLimit locks no client out for longer than a window after the clock was set back', () => {
  let now = 1_000_000
  const wait = memoryRateLimit({ requests: 1, perMs: 1000 }, () => now)
  wait('a')
  now = 0
  expect(wait('a')).toBe(0)
  expect(wait('a')).toBe(1000)
})

it('memoryRateLimit forgets the oldest keys before it uses too much memory', () => {
  const wait = memoryRateLimit({ requests: 1, perMs: 1000 }, () => 0)
  wait('first')
  expect(wait('first')).toBe(1000)
  for (let i = 0; i < 100_001; i++) wait(`key ${i}`)
  expect(wait('first')).toBe(0)
  expect(wait('key 100000')).toBe(1000)
})
