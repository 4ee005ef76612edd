import type { ReactNode, Ref } from 'react'

import { countdown } from '../readable-time.ts'
import { StatusDot, useLivePill } from './status.tsx'

export interface PillProps {
  position: string
  onOpen: () => void
  buttonRef: Ref<HTMLButtonElement>
}

/**
 * Shows a button and, next to it, the countdown. A screen reader would announce a countdown in the button's name each
 * second. A countdown in its label that is not in its name would break voice control (WCAG 2.5.3).
 */
export function Pill({ position, onOpen, buttonRef }: PillProps): ReactNode {
  const { tone, words, leftMs } = useLivePill()
  return (
    <div className={`pill ${position}`} data-tone={tone}>
      <button
        ref={buttonRef}
        type="button"
        aria-expanded="false"
        aria-label={`Open Forage session devtools. Session token: ${words}`}
        onClick={onOpen}
      >
        <StatusDot tone={tone} /> Session
      </button>
      {(leftMs === undefined || words === 'renewal failed') && (
        <span aria-hidden="true" className={`word ${tone}`}>
          {words}
        </span>
      )}
      {leftMs !== undefined && (
        <span aria-hidden="true" className="countdown">
          {countdown(leftMs)}
        </span>
      )}
    </div>
  )
}
