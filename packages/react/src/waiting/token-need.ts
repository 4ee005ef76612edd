import type { ForageSessionError, SessionState } from '@forage-session/core'

/** What a component that cannot do without a token sees of the state. No renewal changes it. */
export type TokenNeed =
  | Exclude<SessionState, { status: 'ready' | 'degraded' }>
  | { readonly status: 'usable' }

const usable: TokenNeed = { status: 'usable' }

export function tokenNeed(state: SessionState): TokenNeed {
  return state.status === 'ready' || state.status === 'degraded' ? usable : state
}

/** What nothing but the page can help with. */
export function terminalError(need: TokenNeed): ForageSessionError | undefined {
  return need.status === 'failed' && need.retryAt === null ? need.error : undefined
}
