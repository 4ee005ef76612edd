import type { SessionState } from '@forage-session/core'

/** A status color. Each has the meaning that it has in TanStack Query's devtools. */
export type Tone = 'fresh' | 'stale' | 'fetching' | 'failed' | 'none'

export interface PillState {
  readonly tone: Tone
  /** The status in one or two words, for people who do not see the color. */
  readonly words: string
  /** The rest of the token's lifetime; undefined without a usable token. */
  readonly leftMs: number | undefined
}

export interface PillFacts {
  readonly state: SessionState
  readonly now: number
  /** Undefined if the token arrived before the devtools. */
  readonly renewalAt: number | undefined
}

/** Returns the content of the pill. An expired token does not count, even if the snapshot still has it. */
export function pillState({ state, now, renewalAt }: PillFacts): PillState {
  const leftMs = 'expiresAt' in state && state.expiresAt > now ? state.expiresAt - now : undefined
  switch (state.status) {
    case 'idle':
      return { tone: 'none', words: 'no token', leftMs }
    case 'closed':
      return { tone: 'none', words: 'closed', leftMs }
    case 'fetching':
      return { tone: 'fetching', words: 'fetching', leftMs }
    case 'failed':
      return { tone: 'failed', words: 'failed', leftMs }
    case 'degraded':
      return { tone: leftMs === undefined ? 'failed' : 'stale', words: 'renewal failed', leftMs }
    case 'ready':
      return readyPill(state.renewing, leftMs, renewalAt !== undefined && now >= renewalAt)
  }
}

function readyPill(isRenewing: boolean, leftMs: number | undefined, isStale: boolean): PillState {
  if (isRenewing) return { tone: 'fetching', words: 'renewing', leftMs }
  if (leftMs === undefined) return { tone: 'none', words: 'expired', leftMs }
  return isStale ? { tone: 'stale', words: 'renewal due', leftMs } : { tone: 'fresh', words: 'fresh', leftMs }
}

/** Returns the earliest time of the renewal. The session's jitter only adds to it. */
export function renewalPoint(
  state: SessionState,
  lifetimeMs: number | undefined,
  renewAt: number,
): number | undefined {
  if (!('expiresAt' in state) || lifetimeMs === undefined) return undefined
  return state.expiresAt - lifetimeMs * (1 - renewAt)
}
