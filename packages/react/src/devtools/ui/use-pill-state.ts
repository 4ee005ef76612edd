import { pillState, renewalPoint, type PillState } from '../pill-state.ts'
import { useDevtools, useRecording, useSessionState } from './devtools-context.ts'
import { useNow } from './use-now.ts'

export interface LivePill extends PillState {
  readonly now: number
  readonly expiresAt: number | undefined
  readonly renewalAt: number | undefined
  readonly lifetimeMs: number | undefined
}

export function useLivePill(): LivePill {
  const { renewAt } = useDevtools()
  const state = useSessionState()
  const lifetimeMs = useRecording().token?.lifetimeMs
  const expiresAt = 'expiresAt' in state ? state.expiresAt : undefined
  const now = useNow(expiresAt)
  const renewalAt = renewalPoint(state, lifetimeMs, renewAt)
  return { ...pillState({ state, now, renewalAt }), now, expiresAt, renewalAt, lifetimeMs }
}
