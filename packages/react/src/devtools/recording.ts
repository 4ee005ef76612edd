import type { ForageSessionErrorCode, SessionEvent } from '@forage-session/core'

/** An action of the user in the devtools. */
interface ActionEntry {
  readonly kind: 'action'
  readonly id: number
  readonly at: number
  readonly words: string
}

interface EventEntry {
  readonly kind: 'event'
  readonly id: number
  readonly at: number
  readonly event: SessionEvent
}

export type LogEntry = ActionEntry | EventEntry

export interface RecordedToken {
  readonly fingerprint: string
  readonly lifetimeMs: number
  readonly receivedAt: number
  readonly via: 'endpoint' | 'tab' | 'prime'
}

export interface RecordedError {
  readonly at: number
  readonly code: ForageSessionErrorCode
  readonly remedy: string
  readonly status: number | undefined
  readonly retryAt: number | null
}

export interface SessionCounts {
  readonly requests: number
  readonly failures: number
  readonly rejections: number
  readonly replays: number
  readonly fromTabs: number
}

/** A session's events and what they reveal. A fingerprint stands for each token. */
export interface Recording {
  /** Newest first, at most `maxEntries`. */
  readonly entries: readonly LogEntry[]
  /** The entries that a paused log shows. The recording itself continues. */
  readonly frozen: readonly LogEntry[] | undefined
  readonly counts: SessionCounts
  /** The current token; undefined without one, or if it arrived before the recording. */
  readonly token: RecordedToken | undefined
  readonly lastError: RecordedError | undefined
  readonly nextId: number
}

export type RecordingChange =
  | { readonly type: 'event'; readonly event: SessionEvent }
  | { readonly type: 'action'; readonly at: number; readonly words: string }
  | { readonly type: 'error'; readonly error: RecordedError }
  | { readonly type: 'cleared' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }

/** A checkout lasts minutes, so more entries would only use memory. */
export const maxEntries = 200

export const emptyRecording: Recording = {
  entries: [],
  frozen: undefined,
  counts: { requests: 0, failures: 0, rejections: 0, replays: 0, fromTabs: 0 },
  token: undefined,
  lastError: undefined,
  nextId: 1,
}

/** Returns the next recording. No other function changes it. */
export function record(recording: Recording, change: RecordingChange): Recording {
  switch (change.type) {
    case 'event':
      return withEvent(recording, change.event)
    case 'action': {
      const { at, words } = change
      return withEntry(recording, { kind: 'action', id: recording.nextId, at, words })
    }
    case 'error':
      return { ...recording, lastError: change.error }
    case 'cleared':
      return { ...recording, entries: [], frozen: recording.frozen && [] }
    case 'paused':
      return { ...recording, frozen: recording.entries }
    case 'resumed':
      return { ...recording, frozen: undefined }
  }
}

export function shownEntries({ entries, frozen }: Recording): readonly LogEntry[] {
  return frozen ?? entries
}

/** Returns the number of entries that a paused log does not show. */
export function hiddenCount({ entries, frozen }: Recording): number {
  if (!frozen) return 0
  const lastShown = frozen[0]?.id ?? 0
  return entries.filter(({ id }) => id > lastShown).length
}

function withEntry(recording: Recording, entry: LogEntry): Recording {
  const entries = [entry, ...recording.entries].slice(0, maxEntries)
  return { ...recording, entries, nextId: recording.nextId + 1 }
}

function withEvent(recording: Recording, event: SessionEvent): Recording {
  const next = withEntry(recording, { kind: 'event', id: recording.nextId, at: event.at, event })
  return { ...next, counts: counted(recording.counts, event), token: tokenAfter(recording.token, event) }
}

function counted(counts: SessionCounts, { type }: SessionEvent): SessionCounts {
  switch (type) {
    case 'token-requested':
      return { ...counts, requests: counts.requests + 1 }
    case 'token-failed':
      return { ...counts, failures: counts.failures + 1 }
    case 'request-rejected':
      return { ...counts, rejections: counts.rejections + 1 }
    case 'request-replayed':
      return { ...counts, replays: counts.replays + 1 }
    case 'tab-shared':
      return { ...counts, fromTabs: counts.fromTabs + 1 }
    default:
      return counts
  }
}

function tokenAfter(token: RecordedToken | undefined, event: SessionEvent): RecordedToken | undefined {
  if (event.type === 'token-invalidated') return undefined
  if (event.type !== 'token-received') return token
  const { fingerprint, lifetimeMs, via, at } = event
  return { fingerprint, lifetimeMs, via, receivedAt: at }
}
