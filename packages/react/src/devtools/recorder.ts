import type { ForageSession } from '@forage-session/core'

import type { HookClock } from '../shared/page.ts'
import { emptyRecording, record, type Recording, type RecordingChange } from './recording.ts'

export interface Recorder {
  readonly getSnapshot: () => Recording
  readonly subscribe: (listener: () => void) => () => void
  readonly dispatch: (change: RecordingChange) => void
  /** Listens to the session, once for all who start it. Returns the function that stops; what was recorded stays. */
  readonly start: () => () => void
}

const recorders = new WeakMap<ForageSession, Recorder>()

/** The one recorder of a session: a panel that was closed and is opened again still knows what it saw. */
export function recorderOf(session: ForageSession, clock: Pick<HookClock, 'now'>): Recorder {
  const recorder = recorders.get(session) ?? createRecorder(session, clock)
  recorders.set(session, recorder)
  return recorder
}

/** Records what a session tells, without changing it: it asks for nothing. */
function createRecorder(session: ForageSession, clock: Pick<HookClock, 'now'>): Recorder {
  const listeners = new Set<() => void>()
  let recording = emptyRecording
  let lastSeen: unknown
  let starts = 0
  let stop: (() => void) | undefined

  const dispatch = (change: RecordingChange): void => {
    recording = record(recording, change)
    for (const listener of listeners) listener()
  }
  /** An event tells a failure's code; its remedy is in the snapshot. */
  const noteError = (): void => {
    const state = session.getSnapshot()
    if (!('error' in state) || state.error === lastSeen) return
    lastSeen = state.error
    const { code, remedy, status } = state.error
    dispatch({ type: 'error', error: { at: clock.now(), code, remedy, status, retryAt: state.retryAt } })
  }
  const listen = (): (() => void) => {
    noteError()
    const stops = [session.on((event) => dispatch({ type: 'event', event })), session.subscribe(noteError)]
    return () => stops.forEach((end) => end())
  }
  return {
    getSnapshot: () => recording,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    dispatch,
    start: () => {
      starts += 1
      if (starts === 1) stop = listen()
      return () => {
        starts -= 1
        if (starts === 0) stop?.()
      }
    },
  }
}
