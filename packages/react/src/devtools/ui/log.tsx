import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

import { entryWords } from '../event-words.ts'
import { duration, timeOfDay } from '../readable-time.ts'
import type { LogEntry } from '../recording.ts'
import { useShownEntries } from './devtools-context.ts'
import { LogBar } from './log-bar.tsx'
import { StatusDot } from './status.tsx'

export interface LogProps {
  selectedId: number | undefined
  onSelect: (id: number) => void
}

export function Log(props: LogProps): ReactNode {
  const all = useShownEntries()
  const [filter, setFilter] = useState('')
  const entries = useMemo(() => matching(all, filter), [all, filter])
  return (
    <section className="log" aria-label="Log">
      <LogBar entries={entries} filter={filter} onFilter={setFilter} />
      {entries.length === 0 ? (
        <p className="empty">{all.length === 0 ? nothingYet : 'No event matches the filter.'}</p>
      ) : (
        <EntryList entries={entries} {...props} />
      )}
      <Legend />
    </section>
  )
}

const nothingYet = 'No events yet. The devtools record events while they are in the page.'

/** Returns the entries whose shown text contains each word of the filter. */
function matching(entries: readonly LogEntry[], filter: string): readonly LogEntry[] {
  const wanted = filter.toLowerCase().split(' ')
  return entries.filter((entry) => {
    const { title, detail } = entryWords(entry)
    const shown = `${title} ${detail}`.toLowerCase()
    return wanted.every((word) => shown.includes(word))
  })
}

/** The Tab key reaches the list once; the arrow keys move from row to row (WAI-ARIA APG, listbox). */
function EntryList({
  entries,
  selectedId,
  onSelect,
}: LogProps & { entries: readonly LogEntry[] }): ReactNode {
  const list = useRef<HTMLDivElement>(null)
  const selected = entries.findIndex(({ id }) => id === selectedId)
  const focusable = Math.max(0, selected)
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = nextIndex(event.key, focusable, entries.length)
    if (index === undefined) return
    event.preventDefault()
    onSelect(entries[index]!.id)
    ;(list.current?.children[index] as HTMLElement | undefined)?.focus()
  }
  return (
    <div
      ref={list}
      className="entries"
      // A `<select>` cannot show rows with several columns.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      tabIndex={-1}
      aria-label="Events, newest first"
      onKeyDown={onKeyDown}
    >
      {entries.map((entry, index) => (
        <Entry
          key={entry.id}
          entry={entry}
          older={entries[index + 1]}
          isSelected={index === selected}
          isFocusable={index === focusable}
          onSelect={onSelect}
        />
      ))}
    </div>
  )
}

function nextIndex(key: string, index: number, length: number): number | undefined {
  const wanted = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: length - 1 }[key]
  const own = key === 'Enter' || key === ' ' ? index : wanted
  return own === undefined ? undefined : Math.min(length - 1, Math.max(0, own))
}

interface EntryProps {
  entry: LogEntry
  older: LogEntry | undefined
  isSelected: boolean
  isFocusable: boolean
  onSelect: (id: number) => void
}

function Entry({ entry, older, isSelected, isFocusable, onSelect }: EntryProps): ReactNode {
  const { tone, title, detail } = entryWords(entry)
  return (
    // The list handles the keys of its rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      className="entry"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      aria-selected={isSelected}
      tabIndex={isFocusable ? 0 : -1}
      onClick={() => onSelect(entry.id)}
    >
      <StatusDot tone={tone} />
      <span className="entry-title">{title}</span> <span className="entry-detail">{detail}</span>{' '}
      <span className="entry-gap">{gapWords(entry, older)}</span>{' '}
      <time dateTime={new Date(entry.at).toISOString()}>{timeOfDay(entry.at)}</time>
    </div>
  )
}

/** Returns the time since the previous event, so that gaps are visible. */
function gapWords(entry: LogEntry, older: LogEntry | undefined): string {
  const ms = older ? entry.at - older.at : 0
  return ms >= 100 ? `+${duration(ms)}` : ''
}

const legend = [
  ['fresh', 'good'],
  ['stale', 'notice'],
  ['fetching', 'in progress'],
  ['failed', 'problem'],
  ['none', 'state or action'],
] as const

function Legend(): ReactNode {
  return (
    <p className="legend">
      {legend.map(([tone, words]) => (
        <span key={tone}>
          <StatusDot tone={tone} /> {words}
        </span>
      ))}
      {/* The SDK has its own network code, so the session cannot see these calls. */}
      <span>
        Calls that Forage’s SDK sends itself are not in this log. The SDK keeps the token that it was created
        with.
      </span>
    </p>
  )
}
