import type { ReactNode } from 'react'

import { pillState } from '../pill-state.ts'
import { useDevtools, useSessionState } from './devtools-context.ts'

/** Says a change of the status once. It renders with the session's state, never with the seconds. */
export function Announcer(): ReactNode {
  const { clock } = useDevtools()
  const state = useSessionState()
  const { words } = pillState({ state, now: clock.now(), renewalAt: undefined })
  return (
    <output className="unseen" aria-live="polite">
      Session token: {words}
    </output>
  )
}
