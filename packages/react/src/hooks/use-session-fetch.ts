import { useForageSession } from './use-forage-session.ts'

/** `session.fetch`: `fetch` with the token attached and one replay on a 401 about it. Stable. */
export function useSessionFetch(): typeof fetch {
  return useForageSession().fetch
}
