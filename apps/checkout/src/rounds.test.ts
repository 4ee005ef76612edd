import { expect, test } from 'vitest'

import { startRounds, type RoundTimers } from './rounds.ts'

/** Timers that fire when the test says so. */
function manualTimers(): RoundTimers & { fire(): void; pending: Map<number, () => void> } {
  const pending = new Map<number, () => void>()
  let count = 0
  return {
    pending,
    setTimeout: (run) => {
      pending.set((count += 1), run)
      return count
    },
    clearTimeout: (handle) => void pending.delete(handle as number),
    fire() {
      for (const [handle, run] of pending) {
        pending.delete(handle)
        run()
      }
    },
  }
}

test('a round starts at once, and the next one only after the pause that follows its end', async () => {
  const timers = manualTimers()
  const ends: (() => void)[] = []
  const stop = startRounds(() => new Promise((resolve) => ends.push(resolve)), 1000, timers)
  expect([ends.length, timers.pending.size]).toEqual([1, 0])
  ends[0]!()
  await expect.poll(() => timers.pending.size).toBe(1)
  timers.fire()
  expect(ends.length).toBe(2)
  ends[1]!()
  await stop()
})

test('after the rounds are stopped, no other one starts, and the caller waits for the current one', async () => {
  const timers = manualTimers()
  let end = (): void => {}
  let rounds = 0
  const run = (): Promise<void> => {
    rounds += 1
    return new Promise((resolve) => (end = resolve))
  }
  const stopping = startRounds(run, 1000, timers)()
  end()
  await stopping
  timers.fire()
  expect([rounds, timers.pending.size]).toEqual([1, 0])
})
