/** Time as the server sees it: an argument, so that a month can pass in a test in a millisecond. All in ms. */
export interface ServerClock {
  /** Wall time since the epoch, as `Date.now()`. Instances that share a store compare it. */
  now(): number
  /** Calls `run` once, `ms` from now, as the platform's. Returns what `clearTimeout` takes. */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. */
  clearTimeout(handle: unknown): void
}

/** The platform's own clock. */
export function systemClock(): ServerClock {
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
  }
}
