import type { ForageSession } from '@forage-session/core'
import { useCallback } from 'react'

import { useForageSession } from './use-forage-session.ts'

/** `session.getToken`, stable. To be called where the token is used, never kept in state. */
export function useGetToken(): ForageSession['getToken'] {
  const session = useForageSession()
  return useCallback((options) => session.getToken(options), [session])
}
