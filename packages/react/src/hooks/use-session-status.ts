import type { SessionState } from '@forage-session/core'
import { useMemo, useSyncExternalStore } from 'react'

import { useForageSession } from './use-forage-session.ts'

const onServer: SessionState = { status: 'idle' }

/**
 * Returns the session's status. An early renewal causes no re-render: the status stays `ready`. Requests no token.
 *
 * @example
 * ```tsx
 * import { useSessionStatus } from '@forage-session/react'
 *
 * export function PayButton() {
 *   const status = useSessionStatus()
 *   return <button disabled={status === 'failed'}>Pay</button>
 * }
 * ```
 */
export function useSessionStatus(): SessionState['status']
/**
 * Returns the part of the state that `selector` picks. Re-renders when that part changes (`Object.is`).
 *
 * @example
 * ```tsx
 * import { useSessionStatus } from '@forage-session/react'
 *
 * export function SignInHint() {
 *   const code = useSessionStatus((state) => (state.status === 'failed' ? state.error.code : undefined))
 *   return code === 'endpoint_rejected' && <p role="alert">Please sign in again.</p>
 * }
 * ```
 */
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

/** Returns the same result for the same state, so that a selector may create an object. */
function once<Selected>(selector: (state: SessionState) => Selected): (state: SessionState) => Selected {
  let last: { state: SessionState; selected: Selected } | undefined
  return (state) => {
    if (last?.state !== state) last = { state, selected: selector(state) }
    return last.selected
  }
}
