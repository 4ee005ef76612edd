import { isForageSessionError, type ForageSession } from '@forage-session/core'
import { focusManager, onlineManager, type NetworkMode } from '@tanstack/react-query'

import type { HookClock } from '../shared/page.ts'
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
      wait.signal.throwIfAborted()
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
  if (!isForageSessionError(error)) return statusOf(error) === 401 ? sessionRetryAt : undefined
  return error.retryable ? (error.retryAt ?? 0) : undefined
}

/** Reads the status of an error that has the shape of ky's `HTTPError`. */
function statusOf(error: unknown): number | undefined {
  return (error as { response?: Response } | null)?.response?.status
}

/**
 * Resolves when a token arrives, or when the session requests one again in a visible page. When the customer returns
 * to the page, or the browser is online again, the session permits one earlier request.
 */
function nextAttempt({ session, clock, signal, networkMode }: TokenWait, retryAt: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const canTry = (): boolean =>
      (networkMode === 'always' || onlineManager.isOnline()) && focusManager.isFocused()
    const wakeUps = [focusManager, onlineManager].map((manager) => inNextTask(clock, manager))
    const stopWaiting = awaitChance({ clock, retryAt, canTry, wakeUps }, () => end(resolve))
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

interface Manager {
  subscribe: (listener: () => void) => () => void
}

/** Calls its listeners one task after the manager's event, when the session has handled that event as well. */
function inNextTask(clock: HookClock, manager: Manager): Manager['subscribe'] {
  return (listener) => {
    let timer: unknown
    const unsubscribe = manager.subscribe(() => {
      clock.clearTimeout(timer)
      timer = clock.setTimeout(listener, 0)
    })
    return () => {
      clock.clearTimeout(timer)
      unsubscribe()
    }
  }
}
