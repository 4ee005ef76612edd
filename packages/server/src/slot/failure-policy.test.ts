import { expect, it } from 'vitest'

import { never, nextFailure, type FailureInput } from './failure-policy.ts'

const now = 1_000_000

/** Returns how long the fleet waits after each of `count` failures in a row, in seconds. */
function waits(input: FailureInput, count: number, random = 0): number[] {
  const seconds: number[] = []
  let previous = null
  for (let i = 0; i < count; i += 1) {
    previous = nextFailure(input, now, previous, random)
    seconds.push((previous.nextAttemptAt - now) / 1000)
  }
  return seconds
}

it.each([
  ['transient', 0, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]],
  ['transient', 0.5, [3, 6, 12, 24]],
  ['rejected', 0, [30, 60, 120, 240, 300, 300]],
  ['rejected', 0.5, [45, 90, 180, 300]],
  ['credential', 0, [30, 30]],
  ['credential', 0.5, [45, 45]],
  ['throttled', 0.5, [60, 60]],
  ['limit', 0.5, [60, 60]],
] as const)(
  'after %s failures in a row with a draw of %d, the fleet waits %j s',
  (kind, random, expected) => {
    expect(waits({ kind, code: 'x' }, expected.length, random)).toEqual(expected)
  },
)

it.each([
  [7000, 7],
  [0, 1],
  [3_600_000, 3600],
])('the fleet waits as long as the server requires (%d ms), at least a second', (retryAfterMs, expected) => {
  expect(waits({ kind: 'throttled', code: 'http_429', retryAfterMs }, 2, 0.5)).toEqual([expected, expected])
  expect(waits({ kind: 'transient', code: 'http_503', retryAfterMs }, 2, 0.5)).toEqual([expected, expected])
})

it('a transient failure remembers whether the server named the time of the next attempt', () => {
  const named = nextFailure({ kind: 'transient', code: 'http_503', retryAfterMs: 7000 }, now, null, 0)
  expect(named.byServer).toBe(true)
  expect(nextFailure({ kind: 'transient', code: 'http_503' }, now, null, 0)).not.toHaveProperty('byServer')
})

it('the fleet waits without end after a failure that only another configuration can fix', () => {
  expect(nextFailure({ kind: 'config', code: 'invalid_scope' }, now, null, 0).nextAttemptAt).toBe(never)
})

it('the fleet waits for whole milliseconds', () => {
  const { nextAttemptAt } = nextFailure({ kind: 'credential', code: 'x' }, now, null, 0.000_01)
  expect(nextAttemptAt).toBe(now + 30_001)
})

it('failures of one kind in a row are counted', () => {
  const first = nextFailure({ kind: 'transient', code: 'timeout' }, now, null, 0)
  const second = nextFailure({ kind: 'transient', code: 'http_500', status: 500 }, now, first, 0)
  const other = nextFailure({ kind: 'throttled', code: 'http_429' }, now, second, 0)
  expect(first).toEqual({ kind: 'transient', code: 'timeout', count: 1, at: now, nextAttemptAt: now + 1000 })
  expect(first).not.toHaveProperty('status')
  expect(second).toMatchObject({ count: 2, status: 500 })
  expect(other.count).toBe(1)
})
