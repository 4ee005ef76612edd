import { createEmitter } from '../shared/emitter.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import {
  transition,
  type SessionChange,
  type SessionEvent,
  type SessionState,
  type UntimedEvent,
} from './session-state.ts'

/** The public state of a session, its subscribers and its events. */
export interface SessionStore {
  readonly getSnapshot: () => SessionState
  readonly change: (change: SessionChange) => void
  /** Notifies the subscribers of a change outside the snapshot: the checkout. */
  readonly announce: () => void
  readonly emit: (event: UntimedEvent) => void
  readonly subscribe: (listener: () => void) => () => void
  readonly on: (listener: (event: SessionEvent) => void) => () => void
}

/** Creates a store whose state is `idle`. */
export function createSessionStore(clock: SessionClock): SessionStore {
  let state: SessionState = { status: 'idle' }
  const changes = createEmitter<void>()
  const events = createEmitter<SessionEvent>()
  const emit = (event: UntimedEvent): void => events.emit({ at: clock.now(), ...event })
  return {
    getSnapshot: () => state,
    change(change) {
      const before = state
      state = transition(state, change)
      if (state === before) return
      if (state.status !== before.status) emit({ type: 'state', from: before.status, to: state.status })
      changes.emit()
    },
    announce: changes.emit,
    emit,
    subscribe: changes.on,
    on: events.on,
  }
}
