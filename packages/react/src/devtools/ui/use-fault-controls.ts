import { useEffect, useState, useSyncExternalStore } from 'react'

import { findFaultControls, type FaultControls } from '../fault-controls.ts'
import type { ArmedFaults } from '../session-faults.ts'
import { useDevtools } from './devtools-context.ts'

const searching: FaultControls = { kind: 'none', reason: 'Looking for faults or an emulator…' }

/** Finds the fault controls when the panel opens. No request is sent before. */
export function useFaultControls(): FaultControls {
  const { session, faults, send } = useDevtools()
  const [controls, setControls] = useState(searching)
  useEffect(() => {
    let isCurrent = true
    void findFaultControls(session, faults, send).then((found) => isCurrent && setControls(found))
    return () => {
      isCurrent = false
    }
  }, [session, faults, send])
  return controls
}

const nothingArmed = { expired: false, rejections: 0, failures: 0, slowMs: 0 }

/** Returns the armed faults. Those of the emulator are unknown. */
export function useArmedFaults(controls: FaultControls): ArmedFaults {
  const faults = controls.kind === 'faults' ? controls.faults : undefined
  const read = (): ArmedFaults => faults?.getSnapshot() ?? nothingArmed
  return useSyncExternalStore(faults?.subscribe ?? neverChanges, read, read)
}

function neverChanges(): () => void {
  return () => {}
}
