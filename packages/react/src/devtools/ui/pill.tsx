import type { ReactNode, Ref } from 'react'

import { countdown } from '../readable-time.ts'
import { StatusDot } from './status-dot.tsx'
import { useLivePill } from './use-pill-state.ts'

export interface PillProps {
  position: string
  onOpen: () => void
  buttonRef: Ref<HTMLButtonElement>
}

/** The name stands still: a countdown in it would be read out anew each second. */
export function Pill({ position, onOpen, buttonRef }: PillProps): ReactNode {
  const { tone, words, leftMs } = useLivePill()
  return (
    <button
      ref={buttonRef}
      type="button"
      className={`pill ${position}`}
      data-tone={tone}
      aria-expanded="false"
      aria-label={`Open Forage session devtools. Session token: ${words}`}
      onClick={onOpen}
    >
      <StatusDot tone={tone} />
      <span aria-hidden="true" className="pill-name">
        Session
      </span>
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
    </button>
  )
}
