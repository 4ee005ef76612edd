import type { ForageSessionError } from '@forage-session/core'
import { useEffect, type ReactNode } from 'react'

import { useSessionStatus } from '../hooks/use-session-status.ts'
import { useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page-visibility.ts'
import { runAt } from '../shared/run-at.ts'
import { tokenNeed, type TokenNeed } from './token-need.ts'

/** What the `error` of a gate is told. */
export interface SessionGateFailure {
  /** What went wrong; `error.remedy` says what to do. With `error.retryAt` the gate asks again then. */
  readonly error: ForageSessionError
  /** Asks again now. Stable. */
  readonly retry: () => void
}

/** What a gate shows, and when. */
export interface SessionGateProps {
  /** While a token is usable. */
  children?: ReactNode
  /** While there is no usable token. Default: nothing. */
  fallback?: ReactNode
  /** After a failure, until a token is asked for again. Default: `fallback`. */
  error?: ReactNode | ((failure: SessionGateFailure) => ReactNode)
}

/**
 * Renders its children only while a token is usable, and asks for it. A renewal, also one that fails, leaves
 * them as they are.
 */
export function SessionGate({ children, fallback, error = fallback }: SessionGateProps): ReactNode {
  const scope = useSessionScope()
  const need = useSessionStatus(tokenNeed)
  useEffect(() => meet(need, scope), [need, scope])
  if (need.status === 'usable') return children
  if (need.status !== 'failed') return fallback
  return typeof error === 'function' ? error({ error: need.error, retry: scope.session.retry }) : error
}

/** Until the state changes: at once, or when the session asks again. Nobody needs it in a hidden page. */
function meet(need: TokenNeed, { session, enabled, clock }: SessionScope): (() => void) | undefined {
  if (!enabled || (need.status !== 'idle' && need.status !== 'failed')) return undefined
  let cancel = (): void => {}
  const askAt = (at: number | null): void => {
    if (at !== null) cancel = runAt(clock, ask, at)
  }
  const ask = (): void => {
    cancel()
    if (!isPageVisible()) return
    session.getToken().catch(() => {})
    // A timer may be early by a part of a millisecond: then nothing was asked for.
    if (need.status === 'failed') askAt(need.retryAt)
  }
  if (need.status === 'idle') ask()
  else askAt(need.retryAt)
  const unsubscribe = onVisibilityChange(ask)
  return () => {
    cancel()
    unsubscribe()
  }
}
