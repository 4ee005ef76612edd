import type { ForageSession, SessionState } from '@forage-session/core'
import { createContext, useContext, useSyncExternalStore, type Context } from 'react'

import type { HookClock } from '../../shared/page.ts'
import type { Send } from '../fault-controls.ts'
import type { Recorder } from '../recorder.ts'
import { shownEntries, type Recording, type LogEntry } from '../recording.ts'
import type { SessionFaults } from '../session-faults.ts'

/** The session that the devtools show, and their own tools. */
export interface DevtoolsScope {
  readonly session: ForageSession
  readonly recorder: Recorder
  readonly clock: HookClock
  readonly faults: SessionFaults | undefined
  /** The session's option `renewAt`: the session does not expose it. */
  readonly renewAt: number
  readonly send: Send
}

export const DevtoolsContext: Context<DevtoolsScope | undefined> = /* @__PURE__ */ createContext<
  DevtoolsScope | undefined
>(undefined)

export function useDevtools(): DevtoolsScope {
  const scope = useContext(DevtoolsContext)
  if (!scope) throw new Error('This part of the devtools needs a DevtoolsContext.')
  return scope
}

export function useRecording(): Recording {
  const { recorder } = useDevtools()
  return useSyncExternalStore(recorder.subscribe, recorder.getSnapshot, recorder.getSnapshot)
}

export function useShownEntries(): readonly LogEntry[] {
  return shownEntries(useRecording())
}

export function useSessionState(): SessionState {
  const { session } = useDevtools()
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot)
}
