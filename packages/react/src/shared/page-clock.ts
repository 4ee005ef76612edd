import type { SessionClock } from '@forage-session/core'

/** What the hooks need of the session's clock. */
export type HookClock = Pick<SessionClock, 'now' | 'setTimeout' | 'clearTimeout'>

export const pageClock: HookClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as Parameters<typeof clearTimeout>[0]),
}
