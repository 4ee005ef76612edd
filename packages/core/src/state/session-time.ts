import type { SessionClock } from '../shared/session-clock.ts'

/** The session's own time. */
export interface SessionTime {
  /** Reads both clocks. Returns the ms since the session began: it never goes back and never misses a sleep. */
  read(): number
  /** Converts session time to wall time, as both stood at the last reading. */
  wallOf(at: number): number
}

/**
 * Creates session time. Between two readings the larger of wall time and monotonic time passed: the monotonic
 * clock may stop while a laptop sleeps, and the wall clock may be set back. `onStep` gets the difference of a step.
 */
export function createSessionTime(clock: SessionClock, onStep: (byMs: number) => void): SessionTime {
  let wall = clock.now()
  let monotonic = clock.monotonic()
  let elapsed = 0
  return {
    read() {
      const wallPassed = clock.now() - wall
      const monotonicPassed = clock.monotonic() - monotonic
      wall += wallPassed
      monotonic += monotonicPassed
      elapsed += Math.max(wallPassed, monotonicPassed, 0)
      const byMs = wallPassed - monotonicPassed
      // A smaller difference between the clocks is drift; a larger one is a step or a sleep.
      if (Math.abs(byMs) > 5000) onStep(byMs)
      return elapsed
    },
    wallOf: (at) => wall + at - elapsed,
  }
}
