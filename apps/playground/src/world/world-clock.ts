import type { SessionClock } from '@forage-session/core'
import { createVirtualClock, type VirtualClock } from '@forage-session/core/testing'

/** The times of the world. The page's clock may be wrong; the clock of the servers is always right. */
export interface WorldClock {
  readonly page: VirtualClock
  readonly servers: SessionClock
  /** Lets time pass. Calls follow each other: the second one starts when the first one has ended. */
  pass(ms: number): Promise<void>
  /** Resolves when `ms` have passed. */
  after(ms: number): Promise<void>
  /** Runs a change when no time is passing, and returns its result. */
  between<T>(change: () => T): Promise<T>
}

/** Creates clocks that start at `startAt`, in ms since the epoch. */
export function createWorldClock(startAt: number): WorldClock {
  const page = createVirtualClock()
  page.stepWall(startAt - page.now())
  let last: Promise<unknown> = Promise.resolve()
  const between = <T>(change: () => T | Promise<T>): Promise<T> => {
    const result = last.then(change)
    last = result.catch(() => {})
    return result
  }
  return {
    page,
    servers: {
      now: () => startAt + page.elapsed(),
      monotonic: () => page.elapsed(),
      setTimeout: page.setTimeout,
      clearTimeout: page.clearTimeout,
    },
    pass: (ms) => between(() => page.advance(ms)),
    after: (ms) => new Promise((resolve) => page.setTimeout(resolve, ms)),
    between,
  }
}
