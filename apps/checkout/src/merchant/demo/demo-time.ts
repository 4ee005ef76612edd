import type { ServerClock } from '@forage-session/server'

/** The time of the demo. It is ahead of the real time by what the visitor let pass. All values are in ms. */
export interface DemoTime {
  now(): number
  /** Lets time pass in the backend. */
  pass(ms: number): void
  /** Returns the real moment of a moment in the demo, so that both can stand in one timeline. */
  realOf(at: number): number
  /** Returns this clock, ahead by what passed. */
  clock(clock: ServerClock): ServerClock
}

/** Creates the time of the demo. `aheadMs` is what passed before this start: the emulator keeps it across restarts. */
export function createDemoTime(realNow: () => number, aheadMs = 0): DemoTime {
  /** Each jump, with the moment of the demo at which it ended. */
  const jumps: { readonly endedAt: number; readonly ms: number }[] = []
  let passedMs = aheadMs
  const now = (): number => realNow() + passedMs
  return {
    now,
    pass(ms) {
      passedMs += ms
      jumps.push({ endedAt: now(), ms })
    },
    realOf: (at) => jumps.reduce((real, { endedAt, ms }) => (endedAt <= at ? real - ms : real), at - aheadMs),
    clock: (clock) => ({
      now: () => clock.now() + passedMs,
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
    }),
  }
}
