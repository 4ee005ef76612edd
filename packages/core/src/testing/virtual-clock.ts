import type { SessionClock } from '../shared/session-clock.ts'

/** A clock that advances only when the test says so. All values are in ms. */
export interface VirtualClock extends SessionClock {
  /** Lets time pass on both clocks: runs the timers that are due, in order, and the promises that follow. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock forward or back. */
  stepWall(ms: number): void
  /**
   * Puts the machine to sleep: the wall clock continues, timers are frozen and run late, and the monotonic clock
   * stops unless `monotonic` is true.
   */
  sleep(ms: number, options?: { monotonic?: boolean }): void
  /** Returns the time that really passed, as a server's clock measures it. */
  elapsed(): number
  /** Returns the number of timers that are set. */
  timers(): number
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/**
 * Creates a clock that starts at 2026-01-01T00:00:00Z, with `monotonic()` 0.
 *
 * @example
 * ```ts
 * import { createVirtualClock } from '@forage-session/core/testing'
 *
 * const clock = createVirtualClock()
 * await clock.advance(60_000) // a minute
 * clock.sleep(8 * 60 * 60_000) // a night
 * ```
 */
export function createVirtualClock(): VirtualClock {
  let wall = Date.UTC(2026, 0, 1)
  let monotonic = 0
  let awake = 0
  let asleep = 0
  const timers = new Map<object, Timer>()

  const pass = (ms: number): void => {
    wall += ms
    monotonic += ms
    awake += ms
  }
  const nextDue = (until: number): [object, Timer] | undefined =>
    [...timers].filter(([, { at }]) => at <= until).toSorted(([, a], [, b]) => a.at - b.at)[0]

  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimeout(run, ms) {
      const handle = {}
      timers.set(handle, { at: awake + platformDelay(ms), run })
      return handle
    },
    clearTimeout: (handle) => void timers.delete(handle as object),
    async advance(ms) {
      const until = awake + ms
      await runMicrotasks()
      for (let due = nextDue(until); due; due = nextDue(until)) {
        const [handle, { at, run }] = due
        pass(Math.max(0, at - awake))
        timers.delete(handle)
        run()
        await runMicrotasks()
      }
      pass(until - awake)
    },
    stepWall: (ms) => void (wall += ms),
    sleep(ms, options) {
      wall += ms
      asleep += ms
      if (options?.monotonic) monotonic += ms
    },
    elapsed: () => awake + asleep,
    timers: () => timers.size,
  }
}

/** A platform stores delays in 32 bits: a longer one runs at once. */
function platformDelay(ms: number): number {
  return ms > 2 ** 31 - 1 ? 0 : Math.max(0, ms)
}

/** Waits until all due promises are settled, also those that follow the reading of a body. */
async function runMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
  // Firefox reads bodies in parallel to the page's tasks: after one more body, the earlier ones are done.
  await new Response('.').text()
}
