import type { ForageSession } from '@forage-session/core'

import type { HookClock } from '../shared/page.ts'
import { emptyRecording, record, type Recording, type RecordingChange } from './recording.ts'

export interface Recorder {
  readonly getSnapshot: () => Recording
  readonly subscribe: (listener: () => void) => () => void
  readonly dispatch: (change: RecordingChange) => void
  /** Starts listening to the session; more calls share one listener. Returns the function that stops. */
  readonly start: () => () => void
}

const recorders = new WeakMap<ForageSession, Recorder>()

/** Returns the one recorder of a session, so that a panel that opens again still has the earlier events. */
export function recorderOf(session: ForageSession, clock: Pick<HookClock, 'now'>): Recorder {
  const recorder = recorders.get(session) ?? createRecorder(session, clock)
  recorders.set(session, recorder)
  return recorder
}

/** Creates a recorder, which only listens: it requests no token. */
function createRecorder(session: ForageSession, clock: Pick<HookClock, 'now'>): Recorder {
  const listeners = new Set<() => void>()
  let recording = emptyRecording
  let lastError: unknown
  let starts = 0
  let stop: (() => void) | undefined

  const dispatch = (change: RecordingChange): void => {
    recording = record(recording, change)
    for (const listener of listeners) listener()
  }
  /** The event of a failure has only its code. The remedy is in the snapshot. */
  const noteError = (): void => {
    const state = session.getSnapshot()
    if (!('error' in state) || state.error === lastError) return
    lastError = state.error
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
