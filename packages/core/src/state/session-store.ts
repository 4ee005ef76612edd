import { createEmitter } from '../shared/emitter.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import {
  stateOf,
  type SessionEvent,
  type SessionState,
  type StateFacts,
  type UntimedEvent,
} from './session-state.ts'
import type { SessionTime } from './session-time.ts'

/** The public state of a session, its subscribers and its events. */
export interface SessionStore {
  readonly getSnapshot: () => SessionState
  /** Shows the facts. Facts that are shown already change nothing, although wall time may differ by a fraction. */
  readonly show: (facts: StateFacts) => void
  /** Notifies the subscribers of a change outside the snapshot: the checkout. */
  readonly announce: () => void
  readonly emit: (event: UntimedEvent) => void
  readonly subscribe: (listener: () => void) => () => void
  readonly on: (listener: (event: SessionEvent) => void) => () => void
}

/** Creates a store whose state is `idle`. */
export function createSessionStore(clock: SessionClock, time: SessionTime): SessionStore {
  let state: SessionState = { status: 'idle' }
  let shown: Partial<StateFacts> = { closed: false, fetching: false }
  const changes = createEmitter<void>()
  const events = createEmitter<SessionEvent>()
  const emit = (event: UntimedEvent): void => events.emit({ at: clock.now(), ...event })
  return {
    getSnapshot: () => state,
    show(facts) {
      const names = Object.keys(facts) as (keyof StateFacts)[]
      if (names.every((name) => facts[name] === shown[name])) return
      const before = state
      shown = facts
      state = stateOf(facts, time.wallOf)
      if (state.status !== before.status) emit({ type: 'state', from: before.status, to: state.status })
      changes.emit()
    },
    announce: changes.emit,
    emit,
    subscribe: changes.on,
    on: events.on,
  }
}
