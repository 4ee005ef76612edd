import { useState, type ReactNode } from 'react'

import {
  slow,
  type DemoFault,
  type DemoStatus,
  type FaultOutcome,
} from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults } from '../state/room-message.ts'
import type { RoomStore } from '../state/room-store.ts'
import { pageFaults, type Room } from '../state/room.ts'
import { faultNames, outcomeWords, pageFaultWords } from '../words/fault-words.ts'
import { duration, plural } from '../words/readable.ts'

const hints: [fault: DemoFault, hint: string][] = [
  ['expire', 'Every session token is over, at once.'],
  ['revoke', 'The merchant’s authentication tokens are dead, and what came of them.'],
  ['reject', 'The next request with a session token gets a 401.'],
  ['slow', `The next ${slow.count} answers come ${duration(slow.ms)} late.`],
]

export function FaultPanel({ room, store }: { room: Room; store: RoomStore }): ReactNode {
  const [outcome, setOutcome] = useState('')
  const press = async (fault: DemoFault): Promise<void> => setOutcome(await causeFault(fault))
  const causeInPages = (faults: PageFaults): void => {
    store.causeInPages(faults)
    setOutcome(pageFaultWords(faults))
  }
  return (
    <section className="card" aria-labelledby="faults-title">
      <h2 id="faults-title">Make it go wrong</h2>
      <div className="fault-groups">
        <fieldset className="faults">
          <legend>At Forage</legend>
          {hints.map(([fault, hint]) => (
            <FaultButton key={fault} hint={hint} onPress={() => void press(fault)}>
              {faultNames[fault]}
            </FaultButton>
          ))}
        </fieldset>
        <PageFaultButtons room={room} onCause={causeInPages} />
      </div>
      <Armed status={room.statuses.at(-1)} onCalm={() => void press('calm')} />
      <output className="outcome">{outcome}</output>
    </section>
  )
}

async function causeFault(fault: DemoFault): Promise<string> {
  try {
    const response = await fetch(`/api/demo/${fault}`, { method: 'POST', body: '{}', headers })
    if (response.ok) return outcomeWords(fault, (await response.json()) as FaultOutcome)
  } catch {
    // Said below.
  }
  return 'The emulator did not answer: is the shop still running?'
}

const headers = { 'Content-Type': 'application/json' }

const hourMs = 3_600_000
const skews: [skewMs: number, name: string][] = [
  [-5 * hourMs, 'Clock −5 h'],
  [0, 'right'],
  [5 * hourMs, '+5 h'],
]

interface PageFaultButtonsProps {
  room: Room
  onCause: (faults: PageFaults) => void
}

function PageFaultButtons({ room, onCause }: PageFaultButtonsProps): ReactNode {
  const faults = pageFaults(room)
  const isOff = room.pages.size === 0
  return (
    <fieldset className="faults" disabled={isOff}>
      <legend>In the shop’s page</legend>
      <FaultButton
        hint="Its requests fail, as if the network had dropped."
        isPressed={faults.isOffline}
        onPress={() => onCause({ ...faults, isOffline: !faults.isOffline })}
      >
        Offline
      </FaultButton>
      <fieldset className="skew">
        <legend className="visually-hidden">Clock of the session</legend>
        <div className="segments">
          {skews.map(([skewMs, name]) => (
            <button
              key={name}
              type="button"
              className="quiet"
              aria-pressed={faults.skewMs === skewMs}
              onClick={() => onCause({ ...faults, skewMs })}
            >
              {name}
            </button>
          ))}
        </div>
        <p className="small muted">How far the clock of its session is off.</p>
      </fieldset>
      {isOff && <p className="small notice notice-info">Open the shop in this browser first.</p>}
    </fieldset>
  )
}

interface FaultButtonProps {
  hint: string
  /** Undefined: it does not stay pressed. */
  isPressed?: boolean
  onPress: () => void
  children: string
}

function FaultButton({ hint, isPressed, onPress, children }: FaultButtonProps): ReactNode {
  const id = `hint-${children.replaceAll(' ', '-')}`
  return (
    <div className="fault">
      <button
        type="button"
        className="quiet"
        aria-pressed={isPressed}
        aria-describedby={id}
        onClick={onPress}
      >
        {children}
      </button>
      <p id={id} className="small muted">
        {hint}
      </p>
    </div>
  )
}

/** What waits for its request. */
function Armed({ status, onCalm }: { status: DemoStatus | undefined; onCalm: () => void }): ReactNode {
  if (!status || status.armed.length === 0) return null
  const names = status.armed.map(({ kind, left }) => `${kind} (${plural(left, 'request')})`)
  return (
    <p className="armed">
      Still to strike: {names.join(', ')}.{' '}
      <button type="button" className="quiet" onClick={onCalm}>
        {faultNames.calm}
      </button>
    </p>
  )
}
