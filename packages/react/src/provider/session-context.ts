import type { ForageSession } from '@forage-session/core'
import { createContext, useContext, type Context } from 'react'

import type { HookClock } from '../shared/page-clock.ts'

export interface SessionScope {
  readonly session: ForageSession
  readonly checkoutId: string | undefined
  /** False: nothing asks for a token by itself. */
  readonly enabled: boolean
  readonly clock: HookClock
  /** Until then, nothing asks for a token by itself; the session's subscribers are told of it. */
  readonly isMounted: () => boolean
}

export const SessionContext: Context<SessionScope | undefined> = /* @__PURE__ */ createContext<
  SessionScope | undefined
>(undefined)

export function useSessionScope(): SessionScope {
  const scope = useContext(SessionContext)
  if (scope) return scope
  throw new Error(
    'There is no Forage session here. ' +
      'Wrap the checkout in <ForageSessionProvider tokenSource="/api/forage/session-token">.',
  )
}
