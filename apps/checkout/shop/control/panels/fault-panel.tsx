import type { FaultKind } from '@forage-session/emulator'
import { useState, type ReactNode } from 'react'

import {
  slow,
  type DemoFault,
  type DemoStatus,
  type FaultOutcome,
} from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults } from '../state/room-channel.ts'
import type { RoomStore } from '../state/room-store.ts'
import { pageFaults, type Room } from '../state/room.ts'
import { faultNames, outcomeWords, pageFaultWords } from '../words/fault-words.ts'
import { duration, plural } from '../words/readable.ts'

const hints: [fault: DemoFault, hint: string][] = [
  ['expire', 'Forage refuses all current session tokens.'],
  ['revoke', 'Forage refuses the authentication token and its session tokens.'],
  ['reject', 'Forage refuses the next request that has a session token.'],
  ['slow', `The next ${slow.count} answers from Forage arrive ${duration(slow.ms)} late.`],
]

/** The buttons that cause faults at Forage and in the shop's page. */
export function FaultPanel({ room, store }: { room: Room; store: RoomStore }): ReactNode {
  const [outcome, setOutcome] = useState('')
  const press = async (fault: DemoFault): Promise<void> => setOutcome(await causeFault(fault))
  const causeInPages = (faults: PageFaults): void => {
    store.causeInPages(faults)
    setOutcome(pageFaultWords(faults))
  }
  return (
    <section className="card" aria-labelledby="faults-title">
      <h2 id="faults-title">Cause a fault</h2>
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
      <PendingFaults status={room.statuses.at(-1)} onCalm={() => void press('calm')} />
      <output className="outcome">{outcome}</output>
    </section>
  )
}

async function causeFault(fault: DemoFault): Promise<string> {
  try {
    const response = await fetch(`/api/demo/${fault}`, { method: 'POST', body: '{}', headers })
    if (response.ok) return outcomeWords(fault, (await response.json()) as FaultOutcome)
  } catch {
    // The sentence below covers this case as well.
  }
  return 'The emulator did not answer. Check that the shop is still running.'
}

const headers = { 'Content-Type': 'application/json' }

const hourMs = 3_600_000
const skews: [skewMs: number, name: string][] = [
  [-5 * hourMs, 'Clock −5 h'],
  [0, 'Correct'],
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
    <fieldset className="faults page-faults" disabled={isOff}>
      <legend>In the shop’s page</legend>
      <FaultButton
        hint="The page’s requests fail, as if the network were down."
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
        <p className="small muted">Sets the clock of the page’s session.</p>
      </fieldset>
      {isOff && <p className="small notice notice-info">Open the shop in this browser first.</p>}
    </fieldset>
  )
}

interface FaultButtonProps {
  hint: string
  /** Undefined if the button does not stay pressed. */
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

/** The faults of this page. Others come from the emulator's own page. */
const pendingNames: Partial<Record<FaultKind, string>> = {
  reject: faultNames.reject,
  latency: faultNames.slow,
}

/** Lists the pending faults. */
function PendingFaults({
  status,
  onCalm,
}: {
  status: DemoStatus | undefined
  onCalm: () => void
}): ReactNode {
  if (!status || status.armed.length === 0) return null
  const names = status.armed.map(
    ({ kind, left }) => `${pendingNames[kind] ?? kind} (${plural(left, 'request')})`,
  )
  return (
    <p className="armed">
      Pending faults: {names.join(', ')}.{' '}
      <button type="button" className="quiet" onClick={onCalm}>
        {faultNames.calm}
      </button>
    </p>
  )
}
