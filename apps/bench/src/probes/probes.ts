import type { Probe } from './probe.ts'
import { afterSleepProbes } from './questions/after-sleep.ts'
import { backendDownProbes } from './questions/backend-down.ts'
import { clockProbes } from './questions/clocks.ts'
import { concurrentFirstGetsProbes } from './questions/concurrent-first-gets.ts'
import { endless401Probes } from './questions/endless-401.ts'
import { hangingBackend } from './questions/hanging-backend.ts'
import { hourOfTimersProbes } from './questions/hour-of-timers.ts'
import { shortLifetimeProbes } from './questions/short-lifetime.ts'
import { staggered401 } from './questions/staggered-401.ts'

/** All questions, in the order of the table. */
export const probes: readonly Probe[] = [
  ...concurrentFirstGetsProbes,
  ...clockProbes,
  ...afterSleepProbes,
  ...backendDownProbes,
  ...shortLifetimeProbes,
  ...hourOfTimersProbes,
  hangingBackend,
  ...endless401Probes,
  staggered401,
].toSorted((a, b) => letter(a).localeCompare(letter(b)))

function letter({ rows }: Probe): string {
  return rows[0]?.id.split('.')[0] ?? ''
}
