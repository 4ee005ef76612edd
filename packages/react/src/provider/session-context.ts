import type { ForageSession } from '@forage-session/core'
import { createContext, useContext, useSyncExternalStore, type Context } from 'react'

import type { HookClock } from '../shared/page.ts'

/** The session of a provider, as its hooks see it. */
export interface SessionScope {
  readonly session: ForageSession
  readonly checkoutId: string | undefined
  /** How often the session was cleared: nothing from before the last time is shown. */
  readonly clears: number
  /** If false, no hook requests a token automatically. */
  readonly enabled: boolean
  readonly clock: HookClock
  /** While false, no hook requests a token automatically. The session's subscribers are called when it changes. */
  readonly isMounted: () => boolean
}

export const SessionContext: Context<SessionScope | undefined> = /* @__PURE__ */ createContext<
  SessionScope | undefined
>(undefined)

/** Returns the scope of the nearest provider. Throws without one. */
export function useSessionScope(): SessionScope {
  const scope = useContext(SessionContext)
  if (scope) return scope
  throw new Error('No Forage session was found. Wrap the checkout in <ForageSessionProvider>.')
}

/** Returns the session's current checkout. The owner of the session may switch it at any time. */
export function useCheckoutId(session: ForageSession): string | undefined {
  const read = (): string | undefined => session.checkoutId
  return useSyncExternalStore(session.subscribe, read, read)
}
