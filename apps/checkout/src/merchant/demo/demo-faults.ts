import type { EmulatorControl, Fault } from '@forage-session/emulator'

import { slow, type DemoFault, type FaultOutcome } from '../api/demo-api.ts'

const effects: Record<DemoFault, (control: EmulatorControl) => FaultOutcome> = {
  expire: (control) => ({ expired: control.expireSessionTokens() }),
  revoke: (control) => ({ revoked: control.revokeAuthenticationTokens() }),
  reject: (control) => arm(control, { kind: 'reject', count: 1 }),
  slow: (control) => arm(control, { kind: 'latency', ...slow }),
  calm: (control) => ({ takenBack: control.faults().filter(({ id }) => control.takeBackFault(id)).length }),
}

/** Causes the fault at the emulator and returns the outcome. */
export function causeFault(control: EmulatorControl, fault: DemoFault): FaultOutcome {
  return effects[fault](control)
}

function arm(control: EmulatorControl, fault: Fault & { count: number }): FaultOutcome {
  control.fault(fault)
  return { armed: fault.count }
}
