import { isForageSessionError, type ForageSession } from '@forage-session/core'
import { focusManager, onlineManager, type NetworkMode } from '@tanstack/react-query'

import type { HookClock } from '../shared/page-clock.ts'
import { delayUntil } from '../shared/run-at.ts'

export interface TokenWait {
  session: ForageSession
  clock: HookClock
  signal: AbortSignal
  /** TanStack Query's. Default: `online`. */
  networkMode?: NetworkMode | undefined
}

/**
 * What `attempt` gives once it gets a token. A query waits for its token as it waits for the network: it is
 * pending, and none of its retries is spent. Rejects with an error about the token that only the page can help.
 */
export async function waitForToken<T>(wait: TokenWait, attempt: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      wait.signal.throwIfAborted()
      const retryAt = tokenRetryAt(wait.session, error)
      if (retryAt === undefined) throw error
      await nextChance(wait, retryAt)
    }
  }
}

/**
 * When the session asks for a token again, after an error for want of one: also a 401 of the API that could not
 * be replayed. Undefined: it is about something else, or only the page can help.
 */
export function tokenRetryAt(session: ForageSession, error: unknown): number | undefined {
  const state = session.getSnapshot()
  if (state.status === 'closed') return undefined
  const sessionRetryAt = state.status === 'failed' ? state.retryAt : undefined
  if (sessionRetryAt === null) return undefined
  if (!isForageSessionError(error)) return statusOf(error) === 401 ? sessionRetryAt : undefined
  return error.retryable ? (error.retryAt ?? 0) : undefined
}

/** By its shape: that of ky's `HTTPError`. */
function statusOf(error: unknown): number | undefined {
  return (error as { response?: Response } | null)?.response?.status
}

/**
 * A token came, whoever asked for it; or the session asks again, in a page that somebody looks at. Coming back
 * to the page or online is a chance as well: the session allows one earlier try then.
 */
function nextChance({ session, clock, signal, networkMode }: TokenWait, retryAt: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer = clock.setTimeout(tryNow, delayUntil(retryAt, clock))
    const stops = [
      session.on(({ type }) => type === 'token-received' && end(resolve)),
      focusManager.subscribe(trySoon),
      onlineManager.subscribe(trySoon),
    ]
    const abort = (): void => end(() => reject(signal.reason as Error))
    signal.addEventListener('abort', abort, { once: true })

    function tryNow(): void {
      const isOnline = networkMode === 'always' || onlineManager.isOnline()
      if (isOnline && focusManager.isFocused()) end(resolve)
    }
    /** After the session heard of it, too. */
    function trySoon(): void {
      clock.clearTimeout(timer)
      timer = clock.setTimeout(tryNow, 0)
    }
    function end(settle: () => void): void {
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      for (const stop of stops) stop()
      settle()
    }
  })
}
