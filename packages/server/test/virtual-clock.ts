import type { ServerClock } from '../src/index.ts'

interface Timer {
  at: number
  run: () => void
}

export interface VirtualClock extends ServerClock {
  /** Moves the time on and runs what falls due, letting promises settle in between. */
  advance(ms: number): Promise<void>
  /** Timers that wait. */
  pending(): number
}

/**
 * Time that passes only when told, and in between lets what is under way `settled`. 2025-01-01T00:00:00Z at the start.
 */
export function createVirtualClock(settled: () => Promise<void> = settle): VirtualClock {
  let now = Date.UTC(2025, 0, 1)
  const timers = new Set<Timer>()
  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return timer
    },
    clearTimeout: (timer) => void timers.delete(timer as Timer),
    pending: () => timers.size,
    async advance(ms) {
      const until = now + ms
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer)
        now = timer.at
        timer.run()
        await settled()
      }
      now = until
      await settled()
    },
  }
}

/** Lets promises and bodies that are under way settle. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve)
  })
}

const { setImmediate: immediately } = globalThis as unknown as {
  setImmediate: (run: () => void) => void
}

/** The same where nothing but promises is under way: a timer waits a millisecond, which thousands of times is long. */
export function turn(): Promise<void> {
  return new Promise((resolve) => immediately(resolve))
}
