import type { ForageSession } from '@forage-session/core'

import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useSessionScope } from '../provider/session-context.ts'
import { useCheckoutId } from '../provider/use-checkout-id.ts'
import { firstTokenOf, seek } from './first-token.ts'
import { terminalError, tokenNeed } from './token-need.ts'

/**
 * The session, once a token of this checkout was usable: asks for it and suspends until then, also over failures
 * that are tried again. Throws a terminal failure to the error boundary: call `session.retry()`, then reset it.
 *
 * The `<Suspense>` stands below the provider, or the provider is given a session made outside of React: a
 * provider that makes its own would be thrown away with what suspends. On a server it throws, so that React sends
 * the fallback and the browser renders the rest.
 */
export function useSuspenseForageSession(): ForageSession {
  if (typeof window === 'undefined') throw new Error(onServer)
  const scope = useSessionScope()
  const { session } = scope
  const need = useSessionStatus(tokenNeed)
  useCheckoutId(session)
  const failure = terminalError(need)
  if (failure) throw failure
  const first = firstTokenOf(session)
  first.hasCome ||= need.status === 'usable'
  // React 18 has no `use`, and React 19 takes a thrown promise as well.
  // oxlint-disable-next-line typescript/only-throw-error
  if (!first.hasCome) throw seek(first, scope)
  return session
}

const onServer =
  'A session token is asked for in the browser. ' +
  'Wrap the component in <Suspense>: the server sends its fallback.'
