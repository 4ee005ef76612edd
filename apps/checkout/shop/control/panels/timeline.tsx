import { useState, type ReactNode } from 'react'

import { keyOf, type RoomEntry } from '../state/room.ts'
import { entryFacts } from '../words/entry-facts.ts'
import { entryWords, type Tone } from '../words/entry-words.ts'
import { plural, timeOfDay } from '../words/readable.ts'
import { StoryLine } from './story-line.tsx'
import { groupOf, groups, shownEntries, toggled, type Group } from './timeline-filter.ts'

/** The legend: each source has its color. */
const legend: Record<Group, readonly [name: string, meaning: string]> = {
  page: ['Shop’s page', 'its session'],
  forage: ['Forage', 'its answers'],
  backend: ['Backend', 'its tokens'],
  webhook: ['Webhooks', 'to the backend'],
  you: ['You', 'your buttons'],
}

/** Shows the entries, which can be filtered, paused and opened. */
export function Timeline({ entries }: { entries: readonly RoomEntry[] }): ReactNode {
  const [hidden, setHidden] = useState<ReadonlySet<Group>>(new Set())
  const [frozen, setFrozen] = useState<readonly RoomEntry[]>()
  const shown = shownEntries(frozen ?? entries, hidden)
  return (
    <section className="card timeline" aria-labelledby="timeline-title">
      <div className="bar">
        <h2 id="timeline-title">Timeline</h2>
        <PauseButton entries={entries} frozen={frozen} onFreeze={setFrozen} />
      </div>
      <StoryLine entries={entries} />
      <Filter hidden={hidden} onChange={setHidden} />
      {shown.length === 0 ? (
        <p className="muted">No events yet. Go to the payment in the shop.</p>
      ) : (
        // The list must be focusable, so that it can be scrolled with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol className="entries" tabIndex={0} aria-label="Events, newest first">
          {shown.map((entry) => (
            <Row key={keyOf(entry)} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  )
}

interface PauseButtonProps {
  entries: readonly RoomEntry[]
  frozen: readonly RoomEntry[] | undefined
  onFreeze: (entries: readonly RoomEntry[] | undefined) => void
}

function PauseButton({ entries, frozen, onFreeze }: PauseButtonProps): ReactNode {
  const latest = frozen?.[0]?.at ?? 0
  const newer = frozen ? entries.filter(({ at }) => at > latest).length : 0
  return (
    <>
      {frozen && <span className="small muted">{plural(newer, 'new entry', 'new entries')}</span>}
      <button
        type="button"
        className="quiet compact"
        aria-pressed={frozen !== undefined}
        onClick={() => onFreeze(frozen ? undefined : entries)}
      >
        Pause
      </button>
    </>
  )
}

interface FilterProps {
  hidden: ReadonlySet<Group>
  onChange: (hidden: ReadonlySet<Group>) => void
}

function Filter({ hidden, onChange }: FilterProps): ReactNode {
  return (
    <fieldset className="filter">
      <legend className="visually-hidden">Show these sources</legend>
      {groups.map((group) => (
        <label key={group} className={`from-${group}`}>
          <input
            type="checkbox"
            aria-describedby={`legend-${group}`}
            checked={!hidden.has(group)}
            onChange={() => onChange(toggled(hidden, group))}
          />
          <span className="source">{legend[group][0]}</span>
          <span className="small muted" id={`legend-${group}`}>
            {legend[group][1]}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const signs: Record<Tone, string> = { good: '✓', bad: '✕', again: '↻', act: '▸', plain: '·' }

function Row({ entry }: { entry: RoomEntry }): ReactNode {
  const { tone, title, detail } = entryWords(entry)
  const group = groupOf(entry)
  return (
    <li className={`entry ${tone} from-${group}`}>
      <details>
        <summary>
          <time className="small muted" dateTime={new Date(entry.at).toISOString()}>
            {timeOfDay(entry.at)}
          </time>{' '}
          <span className="sign" aria-hidden="true">
            {signs[tone]}
          </span>{' '}
          <span className="entry-text">
            <span className="entry-title">{title}</span> <span className="small muted">{detail}</span>
          </span>{' '}
          <span className="source small">{legend[group][0]}</span>
        </summary>
        <dl className="entry-facts small">
          {entryFacts(entry).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  )
}
