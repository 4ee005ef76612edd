import type { ReactNode } from 'react'

import { pillState, renewalPoint, type PillState, type Tone } from '../pill-state.ts'
import { useDevtools, useRecording, useSessionState } from './devtools-context.ts'
import { useNow } from './use-now.ts'

export interface LivePill extends PillState {
  readonly now: number
  readonly expiresAt: number | undefined
  readonly renewalAt: number | undefined
  readonly lifetimeMs: number | undefined
}

/** Returns the status of the token. Re-renders each second while a token is held. */
export function useLivePill(): LivePill {
  const { renewAt } = useDevtools()
  const state = useSessionState()
  const lifetimeMs = useRecording().token?.lifetimeMs
  const expiresAt = 'expiresAt' in state ? state.expiresAt : undefined
  const now = useNow(expiresAt)
  const renewalAt = renewalPoint(state, lifetimeMs, renewAt)
  return { ...pillState({ state, now, renewalAt }), now, expiresAt, renewalAt, lifetimeMs }
}

/** The status as a color. It always stands next to a word with the same meaning. */
export function StatusDot({ tone }: { tone: Tone }): ReactNode {
  return <span className={`dot ${tone}`} aria-hidden="true" />
}

/** Announces each change of the status once. It renders with the session's state, never with the seconds. */
export function StatusAnnouncer(): ReactNode {
  const { clock } = useDevtools()
  const state = useSessionState()
  const { words } = pillState({ state, now: clock.now(), renewalAt: undefined })
  return (
    <output className="unseen" aria-live="polite">
      Session token: {words}
    </output>
  )
}
