/** The clock of a server. It is an option, so that a test can let a month pass at once. All times are in ms. */
export interface ServerClock {
  /** Returns the wall time since the epoch, like `Date.now()`. Instances that share a store compare it. */
  now(): number
  /** Calls `run` once after `ms`. Returns a handle for `clearTimeout`. */
  setTimeout(run: () => void, ms: number): unknown
  /** Cancels a timer. */
  clearTimeout(handle: unknown): void
}

/** Returns the clock of the platform. */
export function systemClock(): ServerClock {
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
  }
}

/** Lets the process end although a timer is left. Timers of Node.js keep it alive; those of other platforms are numbers. */
export function unref(timer: unknown): void {
  ;(timer as { unref?: () => void }).unref?.()
}
