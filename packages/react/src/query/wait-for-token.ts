import { isForageSessionError, type ForageSession } from '@forage-session/core'
import { focusManager, onlineManager, type NetworkMode } from '@tanstack/react-query'

import { isUnauthorized } from '../provider/forage-query-key.ts'
import { isPageTouched, onVisibilityChange, type HookClock } from '../shared/page.ts'
import { awaitChance } from '../waiting/next-chance.ts'

export interface TokenWait {
  session: ForageSession
  clock: HookClock
  /** The signal of the query. */
  signal: AbortSignal
  /** The query's option of TanStack Query. Default: `online`. */
  networkMode?: NetworkMode | undefined
}

/**
 * Returns the result of `attempt` once it gets a token. A query waits for its token as it waits for the network: it
 * is pending, and its retries are not used up. Rejects with an error about the token that only the page can solve.
 */
export async function waitForToken<T>(wait: TokenWait, attempt: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      // Some runtimes have no `throwIfAborted`.
      if (wait.signal.aborted) throw wait.signal.reason as Error
      const retryAt = tokenRetryAt(wait.session, error)
      if (retryAt === undefined) throw error
      await nextAttempt(wait, retryAt)
    }
  }
}

/**
 * Returns when the session requests a token again, after an error about a missing token. A 401 of the API that could
 * not be replayed is such an error as well. Undefined: the error has another cause, or only the page can solve it.
 */
function tokenRetryAt(session: ForageSession, error: unknown): number | undefined {
  const state = session.getSnapshot()
  if (state.status === 'closed') return undefined
  const sessionRetryAt = state.status === 'failed' ? state.retryAt : undefined
  if (sessionRetryAt === null) return undefined
  if (isForageSessionError(error)) return error.retryable ? (error.retryAt ?? 0) : undefined
  return isUnauthorized(error) ? sessionRetryAt : undefined
}

/**
 * Resolves when a token arrives, or when the session requests one again in a visible page. When the customer returns
 * to the page, or the browser is online again, the session permits one earlier request.
 */
function nextAttempt({ session, clock, signal, networkMode }: TokenWait, retryAt: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      const isOnline = networkMode === 'always' || onlineManager.isOnline()
      if (isOnline && (focusManager.isFocused() || isPageTouched())) end(resolve)
    }
    const wakeUps = [focusManager.subscribe, onlineManager.subscribe, onVisibilityChange]
    const stopWaiting = awaitChance({ clock, retryAt, wakeUps }, attempt)
    const unsubscribe = session.on(({ type }) => type === 'token-received' && end(resolve))
    const abort = (): void => end(() => reject(signal.reason as Error))
    signal.addEventListener('abort', abort, { once: true })

    function end(settle: () => void): void {
      stopWaiting()
      unsubscribe()
      signal.removeEventListener('abort', abort)
      settle()
    }
  })
}
