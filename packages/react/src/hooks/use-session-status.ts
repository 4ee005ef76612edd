import type { SessionState } from '@forage-session/core'
import { useMemo, useSyncExternalStore } from 'react'

import { useForageSession } from './use-forage-session.ts'

const onServer: SessionState = { status: 'idle' }

/** The session's status. A renewal does not render: a token that is renewed early stays `ready`. */
export function useSessionStatus(): SessionState['status']
/** What `selector` picks of the state. Renders when that changes (`Object.is`). */
export function useSessionStatus<Selected>(selector: (state: SessionState) => Selected): Selected
export function useSessionStatus(selector: (state: SessionState) => unknown = statusOf): unknown {
  const session = useForageSession()
  const select = useMemo(() => once(selector), [selector])
  return useSyncExternalStore(
    session.subscribe,
    () => select(session.getSnapshot()),
    () => select(onServer),
  )
}

function statusOf(state: SessionState): SessionState['status'] {
  return state.status
}

/** The same result for the same state: a selector may build an object. */
function once<Selected>(selector: (state: SessionState) => Selected): (state: SessionState) => Selected {
  let last: { state: SessionState; selected: Selected } | undefined
  return (state) => {
    if (last?.state !== state) last = { state, selected: selector(state) }
    return last.selected
  }
}
