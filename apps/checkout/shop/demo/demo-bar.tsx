import { useSessionStatus } from '@forage-session/react'
import { useEffect, useRef, type ReactNode } from 'react'

import { outcomeText, statusName, type DemoOutcome } from './demo-outcome.ts'
import { useControlRoom } from './use-control-room.ts'
import { useDemoButtons } from './use-demo-buttons.ts'

export interface DemoBarProps {
  /** Whether the order is paid or canceled. */
  isOver: boolean
}

/** Shows the status of the session token, and two buttons that end it. A real shop does not have this bar. */
export function DemoBar({ isOver }: DemoBarProps): ReactNode {
  const status = useSessionStatus()
  const { outcome, isPending, expire, letPass } = useDemoButtons()
  useControlRoom()
  return (
    <section className="demo" aria-label="Demo">
      <p>
        <strong>Demo</strong> Session token: <span data-status={status}>{statusName(status, outcome)}</span>
      </p>
      <div className="demo-buttons">
        <DemoButton isPending={isPending} onPress={expire}>
          Expire the session token now
        </DemoButton>
        <DemoButton isPending={isPending} onPress={letPass}>
          Let 15 minutes pass
        </DemoButton>
        <a href="/control" target="_blank" rel="noreferrer">
          Control room
        </a>
      </div>
      <Outcome outcome={outcome} isOver={isOver} />
      <p className="small muted" id="demo-hint">
        Press one during the payment: the session replaces the token, and you pay once. If you have already
        typed a card number or a PIN, the shop asks you to type it again.
      </p>
    </section>
  )
}

interface DemoButtonProps {
  isPending: boolean
  onPress: () => void
  children: string
}

/** Unlike `disabled`, `aria-disabled` keeps the focus for keyboard users. */
function DemoButton({ isPending, onPress, children }: DemoButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="quiet"
      aria-describedby="demo-hint"
      aria-disabled={isPending}
      onClick={onPress}
    >
      {children}
    </button>
  )
}

/** Shows what happened. On a phone, it scrolls into view after a button, but not under a customer who types above. */
function Outcome({ outcome, isOver }: DemoBarProps & { outcome: DemoOutcome }): ReactNode {
  const output = useRef<HTMLOutputElement>(null)
  useEffect(() => {
    const isAnswer = 'end' in outcome && outcome.end !== 'refused'
    if (isAnswer) output.current?.scrollIntoView({ block: 'nearest' })
  }, [outcome])
  return (
    <output ref={output} className="demo-outcome">
      {outcomeText(outcome, { isOver })}
    </output>
  )
}
