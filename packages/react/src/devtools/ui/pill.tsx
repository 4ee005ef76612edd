import type { ReactNode, Ref } from 'react'

import { countdown } from '../readable-time.ts'
import { StatusDot } from './status-dot.tsx'
import { useLivePill } from './use-pill-state.ts'

export interface PillProps {
  position: string
  onOpen: () => void
  buttonRef: Ref<HTMLButtonElement>
}

/**
 * A button, and beside it what changes: a countdown in its name would be read out each second, and one that is
 * seen in it but not in its name could not be said by those who speak to their browser (WCAG 2.5.3).
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
