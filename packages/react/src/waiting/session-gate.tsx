import type { ForageSession, ForageSessionError } from '@forage-session/core'
import { Fragment, useEffect, useState, type ReactNode } from 'react'

import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useCheckoutId, useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page.ts'
import { awaitChance, finalError, tokenNeed, type TokenNeed } from './next-chance.ts'

/** The argument of a gate's `error` function. */
export interface SessionGateFailure {
  /** The failure. Choose the text for the customer by its `code`; `remedy` is for developers. */
  readonly error: ForageSessionError
  /** Requests a token again now. Stable. */
  readonly retry: () => void
}

/** The content of a gate in each state. */
export interface SessionGateProps {
  /** Shown once a token is usable. */
  children?: ReactNode
  /** Shown until a token is usable. Default: nothing. */
  fallback?: ReactNode
  /** Shown after a failure, until the next token request. Default: `fallback`. */
  error?: ReactNode | ((failure: SessionGateFailure) => ReactNode)
}

/**
 * Requests a token, and renders its children once one is usable. The gate opens once per checkout: the children stay
 * mounted while a token is rejected, lapses or is renewed, and during an outage, so that a form keeps its input. The
 * gate closes when the checkout changes, after `clear()` or `close()`, and after a final failure without a usable
 * token. After another failure it requests a token again at `error.retryAt`.
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
  const key = `${scope.clears} ${scope.checkoutId}`
  const isOpen = useIsOpen(need, scope, key)
  useEffect(() => requestToken(need, scope, isOpen), [need, scope, isOpen])
  // The children of a checkout are not those of the next one, even if its token is there at once.
  if (isOpen) return <Fragment key={key}>{children}</Fragment>
  if (need.status !== 'failed') return fallback
  return typeof error === 'function' ? error({ error: need.error, retry: scope.session.retry }) : error
}

/** Returns whether a token of this checkout was usable, and the checkout is not over since then. */
function useIsOpen(need: TokenNeed, scope: SessionScope, key: string): boolean {
  const { session } = scope
  const [opened, setOpened] = useState<{ session: ForageSession; key: string }>()
  // In the render in which the checkout changes, the session may still have the former one.
  const isUsable = useCheckoutId(session) === scope.checkoutId && need.status === 'usable'
  // The provider closes its own session while it is hidden, and opens it again.
  const isOver = finalError(need) || (need.status === 'closed' && scope.isMounted())
  const stays = !isOver && opened?.session === session && opened.key === key
  if (!stays && isUsable) setOpened({ session, key })
  else if (!stays && opened) setOpened(undefined)
  return stays || isUsable
}

/**
 * Requests a token now or at `retryAt`, unless the page is hidden. The first token is requested in any case: the
 * browser may report a visible page as hidden. Returns the function that stops.
 */
function requestToken(
  need: TokenNeed,
  { session, enabled, clock, clears }: SessionScope,
  isOpen: boolean,
): (() => void) | undefined {
  if (!enabled || (need.status !== 'idle' && need.status !== 'failed')) return undefined
  const retryAt = need.status === 'failed' ? need.retryAt : null
  let stopWaiting = (): void => {}
  const request = (isFirst?: boolean): void => {
    if (!isFirst && !isPageVisible()) return
    // If the timer was early by part of a millisecond, the session requests nothing yet.
    wait()
    session.getToken().catch(() => {})
  }
  const wait = (): void => {
    stopWaiting()
    stopWaiting = awaitChance({ clock, retryAt, wakeUps: [onVisibilityChange] }, () => request())
  }
  wait()
  // A hidden tab that hears of a sign-out has no customer who needs a token.
  if (need.status === 'idle') request(!isOpen && clears === 0)
  return () => stopWaiting()
}
