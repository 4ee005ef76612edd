import { afterSleepProbes } from './after-sleep.ts'
import { backendDownProbes } from './backend-down.ts'
import { clockProbes } from './clocks.ts'
import { concurrentFirstGetsProbes } from './concurrent-first-gets.ts'
import { endless401Probes } from './endless-401.ts'
import { hangingBackend } from './hanging-backend.ts'
import { hourOfTimersProbes } from './hour-of-timers.ts'
import type { Probe } from './probe.ts'
import { shortLifetimeProbes } from './short-lifetime.ts'
import { staggered401 } from './staggered-401.ts'

/** Every question, in the order of the table. */
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
