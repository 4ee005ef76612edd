import type { ForageSessionError } from '@forage-session/core'
import { useEffect, type ReactNode } from 'react'

import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page.ts'
import { awaitChance, tokenNeed, type TokenNeed } from './next-chance.ts'

/** The argument of a gate's `error` function. */
export interface SessionGateFailure {
  /** The failure. Choose the text for the customer by its `code`; `remedy` is for developers. */
  readonly error: ForageSessionError
  /** Requests a token again now. Stable. */
  readonly retry: () => void
}

/** The content of a gate in each state. */
export interface SessionGateProps {
  /** Shown while a token is usable. */
  children?: ReactNode
  /** Shown while no token is usable. Default: nothing. */
  fallback?: ReactNode
  /** Shown after a failure, until the next token request. Default: `fallback`. */
  error?: ReactNode | ((failure: SessionGateFailure) => ReactNode)
}

/**
 * Renders its children only while a token is usable, and requests the token. The children stay mounted while the
 * token is renewed, and when a renewal fails. After a failure the gate requests a token again at `error.retryAt`.
 *
 * @example
 * ```tsx
 * import { SessionGate } from '@forage-session/react'
 * import type { ReactNode } from 'react'
 *
 * export function PaymentPage({ children }: { children: ReactNode }) {
 *   return (
 *     <SessionGate
 *       fallback={<p>One moment …</p>}
 *       error={({ retry }) => <button onClick={retry}>The connection failed. Try again</button>}
 *     >
 *       {children}
 *     </SessionGate>
 *   )
 * }
 * ```
 */
export function SessionGate({ children, fallback, error = fallback }: SessionGateProps): ReactNode {
  const scope = useSessionScope()
  const need = useSessionStatus(tokenNeed)
  useEffect(() => requestToken(need, scope), [need, scope])
  if (need.status === 'usable') return children
  if (need.status !== 'failed') return fallback
  return typeof error === 'function' ? error({ error: need.error, retry: scope.session.retry }) : error
}

/** Requests a token now or at `retryAt`, unless the page is hidden. Returns the function that stops. */
function requestToken(need: TokenNeed, { session, enabled, clock }: SessionScope): (() => void) | undefined {
  if (!enabled || (need.status !== 'idle' && need.status !== 'failed')) return undefined
  const retryAt = need.status === 'failed' ? need.retryAt : null
  let stopWaiting = (): void => {}
  const request = (): void => {
    if (!isPageVisible()) return
    // If the timer was early by part of a millisecond, the session requests nothing yet.
    wait()
    session.getToken().catch(() => {})
  }
  const wait = (): void => {
    stopWaiting()
    stopWaiting = awaitChance({ clock, retryAt, wakeUps: [onVisibilityChange] }, request)
  }
  wait()
  if (need.status === 'idle') request()
  return () => stopWaiting()
}
