import type { SessionClock } from '../shared/session-clock.ts'

/** A difference between the clocks above this is a step or a sleep, not drift. */
const stepMs = 5000

export interface SessionTime {
  /** Ms since the session began. Never goes back and never misses a sleep. Reads both clocks. */
  read(): number
  /** A moment of session time as one of the wall clock, as the two stood at the last reading. */
  wallOf(at: number): number
}

/**
 * Time passed is the larger of what the wall and the monotonic clock say, from reading to reading: the
 * monotonic clock may stand still while a laptop sleeps, the wall clock may be set back.
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
      if (Math.abs(byMs) > stepMs) onStep(byMs)
      return elapsed
    },
    wallOf: (at) => wall + at - elapsed,
  }
}
