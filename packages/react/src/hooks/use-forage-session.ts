import type { ForageSession } from '@forage-session/core'

import { useSessionScope } from '../provider/session-context.ts'

/** The session of the nearest provider. Stable: the same object in each render. Throws outside of a provider. */
export function useForageSession(): ForageSession {
  return useSessionScope().session
}
