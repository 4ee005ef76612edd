import type { EmulatorControl, Fault } from '@forage-session/emulator'

import { passMs, slow, type DemoFault, type FaultOutcome } from '../api/demo-api.ts'
import type { Demo } from './demo-stream.ts'

type Effect = (demo: Demo) => FaultOutcome | Promise<FaultOutcome>

const effects: Record<DemoFault, Effect> = {
  expire: ({ control }) => ({ expired: control.expireSessionTokens() }),
  revoke: ({ control }) => ({ revoked: control.revokeAuthenticationTokens() }),
  reject: ({ control }) => arm(control, { kind: 'reject', count: 1 }),
  slow: ({ control }) => arm(control, { kind: 'latency', ...slow }),
  calm: ({ control }) => ({
    takenBack: control.faults().filter(({ id }) => control.takeBackFault(id)).length,
  }),
  pass: async ({ control, time }) => {
    await control.advance(passMs)
    time.pass(passMs)
    return { passedMs: passMs }
  },
}

/** Causes the fault and returns the outcome. */
export async function causeFault(demo: Demo, fault: DemoFault): Promise<FaultOutcome> {
  return await effects[fault](demo)
}

function arm(control: EmulatorControl, fault: Fault & { count: number }): FaultOutcome {
  control.fault(fault)
  return { armed: fault.count }
}
