import type { SessionClock } from '@forage-session/core'

import type { PageFaults } from '../control/state/room-channel.ts'

type Fetch = typeof globalThis.fetch

export interface FaultyPage {
  /** The clock for the session, which can be set wrong and moved. */
  readonly clock: SessionClock
  /** Wraps `fetch` so that it can fail. */
  readonly fetch: (send: Fetch) => Fetch
  readonly faults: () => PageFaults
  readonly cause: (faults: PageFaults) => void
  /** Lets time pass for the session, and runs its timers that became due, in order. */
  readonly pass: (ms: number) => void
}

/** Creates the faults that happen in the page itself. */
export function createFaultyPage(real: SessionClock): FaultyPage {
  let faults: PageFaults = { isOffline: false, skewMs: 0 }
  let passedMs = 0
  const monotonic = (): number => real.monotonic() + passedMs
  const timers = new Set<Timer>()
  const setTimer = (run: () => void, ms: number): Timer => {
    const timer: Timer = {
      dueAt: monotonic() + ms,
      run: () => {
        clearTimer(timer)
        run()
      },
      handle: undefined,
    }
    timer.handle = real.setTimeout(timer.run, ms)
    timers.add(timer)
    return timer
  }
  const clearTimer = (timer: Timer): void => {
    real.clearTimeout(timer.handle)
    timers.delete(timer)
  }
  return {
    clock: {
      now: () => real.now() + faults.skewMs + passedMs,
      monotonic,
      setTimeout: setTimer,
      clearTimeout: (timer) => timer && clearTimer(timer as Timer),
    },
    fetch: (send) => (input, init) =>
      faults.isOffline ? Promise.reject(new TypeError('Failed to fetch')) : send(input, init),
    faults: () => faults,
    cause: (next) => (faults = next),
    pass(ms) {
      passedMs += ms
      const due = [...timers].filter(({ dueAt }) => dueAt <= monotonic())
      // An earlier timer may clear a later one.
      for (const timer of due.toSorted((a, b) => a.dueAt - b.dueAt)) if (timers.has(timer)) timer.run()
    },
  }
}

interface Timer {
  /** On the monotonic clock. */
  readonly dueAt: number
  readonly run: () => void
  handle: unknown
}

/** The faults of this page. */
export const faultyPage: FaultyPage = createFaultyPage({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
})
