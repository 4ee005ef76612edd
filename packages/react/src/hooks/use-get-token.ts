import type { ForageSession } from '@forage-session/core'

import { useForageSession } from './use-forage-session.ts'

/** `session.getToken`, stable. To be called where the token is used, never kept in state. */
export function useGetToken(): ForageSession['getToken'] {
  return useForageSession().getToken
}
