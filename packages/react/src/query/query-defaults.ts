import { isForageSessionError, type ForageSession } from '@forage-session/core'
import type { DefaultOptions } from '@tanstack/react-query'

import { pageClock, type HookClock } from '../shared/page-clock.ts'
import { delayUntil } from '../shared/run-at.ts'
import { tokenRetryAt } from '../waiting/token-wait.ts'

/**
 * `retry` and `retryDelay` for a `QueryClient`: an error about the token never uses up a query's retries. It is
 * tried again when the session asks for a token again, and not at all while only the page can help.
 * Other errors: TanStack Query's own defaults (3 retries, doubled from 1 s to 30 s).
 */
export function forageQueryDefaults(session: ForageSession): DefaultOptions {
  return { queries: tokenAwareRetry(session, pageClock) }
}

export interface TokenAwareRetry {
  retry: (failureCount: number, error: Error) => boolean
  retryDelay: (failureCount: number, error: Error) => number
}

const retries = 3

export function tokenAwareRetry(session: ForageSession, clock: Pick<HookClock, 'now'>): TokenAwareRetry {
  const spared = sparedFailures()
  return {
    retry(failureCount, error) {
      const before = spared.take(failureCount)
      const isForToken = tokenRetryAt(session, error) !== undefined
      const again = isForToken || (!isForageSessionError(error) && failureCount - before < retries)
      if (again) spared.put(failureCount + 1, before + (isForToken ? 1 : 0))
      return again
    },
    // Asked for before `retry` is.
    retryDelay(failureCount, error) {
      const retryAt = tokenRetryAt(session, error)
      if (retryAt !== undefined) return delayUntil(retryAt, clock)
      return exponentialDelayMs(failureCount - spared.peek(failureCount))
    },
  }
}

interface SparedFailures {
  peek(failureCount: number): number
  take(failureCount: number): number
  put(failureCount: number, spared: number): void
}

/** Of as many queries at once it is known which failures were about the token. */
const remembered = 1000

/**
 * How many failures of a query do not count. TanStack Query tells how often a query failed, not which one: so
 * each query that will be tried again leaves a note under its number of failures, and finds it there. Where
 * several did, the longest is taken: a retry too many is better than one too few.
 */
function sparedFailures(): SparedFailures {
  let notes: readonly { failureCount: number; spared: number }[] = []
  const find = (failureCount: number): (typeof notes)[number] | undefined => {
    let found: (typeof notes)[number] | undefined
    for (const note of notes) {
      if (note.failureCount === failureCount && note.spared > (found?.spared ?? 0)) found = note
    }
    return found
  }
  return {
    peek: (failureCount) => find(failureCount)?.spared ?? 0,
    take(failureCount) {
      const taken = find(failureCount)
      notes = notes.filter((note) => note !== taken)
      return taken?.spared ?? 0
    },
    put(failureCount, spared) {
      if (spared > 0) notes = [...notes, { failureCount, spared }].slice(-remembered)
    },
  }
}

/** TanStack Query's default (`defaultRetryDelay` in its retryer), which it does not export. */
function exponentialDelayMs(failureCount: number): number {
  return Math.min(1000 * 2 ** failureCount, 30_000)
}
