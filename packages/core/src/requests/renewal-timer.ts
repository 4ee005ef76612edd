import type { SessionClock } from '../shared/session-clock.ts'
import type { Plan } from './renewal-plan.ts'

/** `setTimeout` takes no more: a longer wait is done in parts. */
const longestMs = 2 ** 31 - 1

export interface RenewalTimerOptions {
  clock: SessionClock
  /** What is to be done next, as things are now. */
  look: () => Plan | undefined
  /** It is time to ask for a token. */
  onDue: () => void
}

/**
 * The one timer of a session. Returns the function that sets it anew. A timer that fires late, early, throttled
 * or never costs a round trip, never correctness.
 */
export function createRenewalTimer({ clock, look, onDue }: RenewalTimerOptions): () => void {
  let handle: unknown
  const set = (): void => {
    clock.clearTimeout(handle)
    const plan = look()
    handle = plan && clock.setTimeout(fire, Math.min(Math.max(0, plan.inMs), longestMs))
  }
  const fire = (): void => {
    const plan = look()
    if (plan?.asks && plan.inMs <= 0) onDue()
    else set()
  }
  return set
}
