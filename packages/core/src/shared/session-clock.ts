/** The session's clock, an argument: an hour passes in a test in a millisecond. All values are in ms. */
export interface SessionClock {
  /** Wall time since the epoch, like `Date.now()`. It may step. */
  now(): number
  /** Time since the page started, like `performance.now()`. It never goes back, and may stop during a sleep. */
  monotonic(): number
  /** Calls `run` once after `ms`, like the platform's. Returns a handle for `clearTimeout`. */
  setTimeout(run: () => void, ms: number): unknown
  /** Cancels a timer. A timer that has run is ignored. */
  clearTimeout(handle: unknown): void
}

const page = globalThis as { performance?: { now?(): number } }

/** The platform's own clock. Without `performance`, its monotonic time is the wall time. */
export const systemClock: SessionClock = {
  now: () => Date.now(),
  monotonic: () => page.performance?.now?.() ?? Date.now(),
  setTimeout(run, ms) {
    const handle: unknown = setTimeout(run, ms)
    // The timer must not keep a Node.js process alive.
    ;(handle as { unref?: () => void }).unref?.()
    return handle
  },
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}
