import { isForageSessionError } from '@forage-session/core'
import { useId, type ReactNode } from 'react'

import { causeFault, type FaultName } from '../fault-controls.ts'
import type { ArmedFaults } from '../session-faults.ts'
import { useDevtools, useSessionState } from './devtools-context.ts'
import { useArmedFaults, useFaultControls } from './use-fault-controls.ts'

export function Actions(): ReactNode {
  return (
    <div className="actions">
      <SessionActions />
      <FaultActions />
    </div>
  )
}

/** Returns a function that adds an action of the user to the log. */
function useNote(): (words: string) => void {
  const { recorder, clock } = useDevtools()
  return (words) => recorder.dispatch({ type: 'action', at: clock.now(), words })
}

function SessionActions(): ReactNode {
  const { session, recorder } = useDevtools()
  const { status } = useSessionState()
  const note = useNote()
  const renew = (): void => {
    note('Renew')
    const { requests } = recorder.getSnapshot().counts
    // The log shows the result of a request anyway.
    const noteRefusal = (error: unknown): void => {
      if (recorder.getSnapshot().counts.requests === requests) note(`Renew: no request, ${reasonOf(error)}`)
    }
    // After a failure `renew` rejects with the same error, without a request.
    if (status === 'failed') session.retry()
    else session.renew().catch(noteRefusal)
  }
  const drop = (): void => {
    note('Drop token')
    session.clear()
  }
  return (
    <fieldset className="group" aria-label="Session">
      <button type="button" className="main" disabled={status === 'closed'} onClick={renew}>
        Renew
      </button>
      <button type="button" disabled={status === 'closed'} onClick={drop}>
        Drop token
      </button>
    </fieldset>
  )
}

const faultLabels: [name: FaultName, label: string, hint: string][] = [
  ['expireNow', 'Expire now', 'The API refuses the current token.'],
  ['rejectNext', 'Reject next request', 'The next request with the token gets a 401.'],
  ['failNext', 'Fail next renewal', 'The next token request fails.'],
  ['slowNext', 'Slow source', 'The next token request takes 3 seconds longer.'],
]

function FaultActions(): ReactNode {
  const { send } = useDevtools()
  const controls = useFaultControls()
  const armed = useArmedFaults(controls)
  const note = useNote()
  const reasonId = useId()
  const isDisabled = controls.kind === 'none'
  const cause = (name: FaultName, label: string): void => {
    note(label)
    causeFault(controls, name, send).catch(() => note(`${label}: the command to the emulator failed`))
  }
  return (
    <fieldset className="group" aria-label="Faults">
      {faultLabels.map(([name, label, hint]) => (
        <button
          key={name}
          type="button"
          title={hint}
          disabled={isDisabled}
          aria-describedby={isDisabled ? reasonId : undefined}
          onClick={() => cause(name, label)}
        >
          {label}
          {armedWords(armed, name)}
        </button>
      ))}
      {controls.kind === 'none' && (
        <p id={reasonId} className="muted reason">
          {controls.reason}
        </p>
      )}
    </fieldset>
  )
}

/** Shows how often a fault is armed. */
function armedWords(armed: ArmedFaults, name: FaultName): ReactNode {
  const count = {
    expireNow: Number(armed.expired),
    rejectNext: armed.rejections,
    failNext: armed.failures,
    slowNext: Number(armed.slowMs > 0),
  }[name]
  return count > 0 && <span className="armed"> {count > 1 ? `armed × ${count}` : 'armed'}</span>
}

function reasonOf(error: unknown): string {
  return isForageSessionError(error) ? error.code : 'unknown error'
}
