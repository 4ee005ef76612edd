import type { ForageSession } from '@forage-session/core'
import { createContext, useContext, type Context } from 'react'

import type { HookClock } from './page-clock.ts'

export interface SessionScope {
  readonly session: ForageSession
  readonly checkoutId: string | undefined
  /** The checkout that is committed: another one than `checkoutId` for what a former render left behind. */
  readonly shownCheckout: { readonly current: string | undefined }
  /** False: nothing asks for a token by itself. */
  readonly enabled: boolean
  readonly clock: HookClock
}

export const SessionContext: Context<SessionScope | undefined> = createContext<SessionScope | undefined>(
  undefined,
)

export function useSessionScope(): SessionScope {
  const scope = useContext(SessionContext)
  if (scope) return scope
  throw new Error(
    'There is no Forage session here: this hook was called outside of <ForageSessionProvider>. ' +
      'Wrap the checkout in <ForageSessionProvider tokenSource="/api/forage/session-token">.',
  )
}
