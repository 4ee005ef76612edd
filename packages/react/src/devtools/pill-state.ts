import type { SessionState } from '@forage-session/core'

/** The colours of TanStack Query's devtools, so that nobody has to learn others. */
export type Tone = 'fresh' | 'stale' | 'fetching' | 'failed' | 'none'

export interface PillState {
  readonly tone: Tone
  /** Said in one or two words, for those who do not see the colour. */
  readonly words: string
  /** Of the token that serves; undefined without one. */
  readonly leftMs: number | undefined
}

export interface PillFacts {
  readonly state: SessionState
  readonly now: number
  /** Undefined: not known, because the token came before the devtools did. */
  readonly renewalAt: number | undefined
}

/** What the pill shows. A token past its life is none, whatever the snapshot still says. */
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

/** When a token is renewed at the earliest; the session's jitter is only later. */
export function renewalPoint(
  state: SessionState,
  lifetimeMs: number | undefined,
  renewAt: number,
): number | undefined {
  if (!('expiresAt' in state) || lifetimeMs === undefined) return undefined
  return state.expiresAt - lifetimeMs * (1 - renewAt)
}
