import { useState, type KeyboardEvent, type ReactNode } from 'react'

import { entryWords } from '../event-words.ts'
import { hiddenCount, type TimelineEntry } from '../recording.ts'
import { useDevtools, useRecording } from './devtools-context.ts'

export interface TimelineBarProps {
  /** The entries that the list below shows. */
  entries: readonly TimelineEntry[]
  filter: string
  onFilter: (filter: string) => void
}

/** Shows the filter and the buttons of the timeline. */
export function TimelineBar({ entries, filter, onFilter }: TimelineBarProps): ReactNode {
  const { recorder } = useDevtools()
  return (
    <div className="bar-row">
      <h3>Timeline</h3>
      <FilterField filter={filter} onFilter={onFilter} />
      <PauseButton />
      <CopyButton entries={entries} />
      <button
        type="button"
        className="quiet"
        aria-label="Empty timeline"
        onClick={() => recorder.dispatch({ type: 'emptied' })}
      >
        Empty
      </button>
    </div>
  )
}

function FilterField({ filter, onFilter }: Pick<TimelineBarProps, 'filter' | 'onFilter'>): ReactNode {
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
        aria-label="Pause timeline"
        aria-pressed={isPaused}
        onClick={() => recorder.dispatch({ type: isPaused ? 'resumed' : 'paused' })}
      >
        Pause
      </button>
    </>
  )
}

/** Copies the shown entries, for a bug report. Shows the result until other entries are shown. */
function CopyButton({ entries }: Pick<TimelineBarProps, 'entries'>): ReactNode {
  const [last, setLast] = useState<{ entries: readonly TimelineEntry[]; outcome: string }>()
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
      {...(!outcome && { 'aria-label': 'Copy timeline' })}
      onClick={() => void copy()}
    >
      {outcome ?? 'Copy'}
    </button>
  )
}

function entryLine(entry: TimelineEntry): string {
  const { title, detail } = entryWords(entry)
  return [new Date(entry.at).toISOString(), title, detail].join('\t')
}
