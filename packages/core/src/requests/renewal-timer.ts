import type { SessionClock } from '../shared/session-clock.ts'
import type { Plan } from './renewal-plan.ts'

/**
 * Creates the one timer of a session. Returns the function that sets it, which replaces the earlier plan. A timer
 * that fires early, late, throttled or never costs a round trip, never correctness: `onTimer` plans again.
 */
export function createRenewalTimer(
  clock: SessionClock,
  onTimer: () => void,
): (plan: Plan | undefined) => void {
  /** The longest delay that `setTimeout` takes: a longer wait is done in parts. */
  const longestMs = 2 ** 31 - 1
  let handle: unknown
  return (plan) => {
    clock.clearTimeout(handle)
    // Whole milliseconds: while a clock cannot show the rest of a millisecond, a timer for it would loop.
    handle = plan && clock.setTimeout(onTimer, Math.min(Math.max(0, Math.ceil(plan.inMs)), longestMs))
  }
}
