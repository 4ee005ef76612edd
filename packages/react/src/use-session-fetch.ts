import { useCallback } from 'react'

import { useForageSession } from './use-forage-session.ts'

/** `session.fetch`: `fetch` with the token attached and one replay on a 401 about it. Stable. */
export function useSessionFetch(): typeof fetch {
  const session = useForageSession()
  return useCallback<typeof fetch>((input, init) => session.fetch(input, init), [session])
}
