import { useState, type KeyboardEvent, type ReactNode } from 'react'

import { entryWords } from '../event-words.ts'
import { hiddenCount, type LogEntry } from '../recording.ts'
import { useDevtools, useRecording } from './devtools-context.ts'

export interface LogBarProps {
  /** The entries that the list below shows. */
  entries: readonly LogEntry[]
  filter: string
  onFilter: (filter: string) => void
}

/** Shows the filter and the buttons of the log. */
export function LogBar({ entries, filter, onFilter }: LogBarProps): ReactNode {
  const { recorder } = useDevtools()
  return (
    <div className="bar-row">
      <h3>Log</h3>
      <FilterField filter={filter} onFilter={onFilter} />
      <PauseButton />
      <CopyButton entries={entries} />
      <button type="button" className="quiet" onClick={() => recorder.dispatch({ type: 'cleared' })}>
        Clear log
      </button>
    </div>
  )
}

function FilterField({ filter, onFilter }: Pick<LogBarProps, 'filter' | 'onFilter'>): ReactNode {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || filter === '') return
    // Only the next Escape closes the devtools.
    event.stopPropagation()
    event.preventDefault()
    onFilter('')
  }
  return (
    <input
      type="search"
      aria-label="Filter"
      placeholder="Filter"
      autoComplete="off"
      spellCheck={false}
      value={filter}
      onChange={(event) => onFilter(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  )
}

function PauseButton(): ReactNode {
  const { recorder } = useDevtools()
  const recording = useRecording()
  const isPaused = recording.frozen !== undefined
  const hidden = hiddenCount(recording)
  return (
    <>
      {isPaused && <span className="muted">{hidden === 0 ? 'paused' : `paused, ${hidden} new`}</span>}
      <button
        type="button"
        className="quiet"
        aria-label="Pause log"
        aria-pressed={isPaused}
        onClick={() => recorder.dispatch({ type: isPaused ? 'resumed' : 'paused' })}
      >
        Pause
      </button>
    </>
  )
}

/** Copies the shown entries, for a bug report. Shows the result until other entries are shown. */
function CopyButton({ entries }: Pick<LogBarProps, 'entries'>): ReactNode {
  const [last, setLast] = useState<{ entries: readonly LogEntry[]; outcome: string }>()
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(entries.map(entryLine).toReversed().join('\n'))
      setLast({ entries, outcome: 'Copied' })
    } catch {
      setLast({ entries, outcome: 'Copying is not allowed' })
    }
  }
  const outcome = last?.entries === entries ? last.outcome : undefined
  return (
    <button
      type="button"
      className="quiet"
      disabled={entries.length === 0}
      {...(!outcome && { 'aria-label': 'Copy log' })}
      onClick={() => void copy()}
    >
      {outcome ?? 'Copy'}
    </button>
  )
}

function entryLine(entry: LogEntry): string {
  const { title, detail } = entryWords(entry)
  return [new Date(entry.at).toISOString(), title, detail].join('\t')
}
