import type { SessionState } from '@forage-session/core'
import type { ReactNode } from 'react'

import { entryFacts, entryWords } from '../event-words.ts'
import { renewalPoint } from '../pill-state.ts'
import { duration, timeOfDay } from '../readable-time.ts'
import type { RecordedError, Recording, TimelineEntry } from '../recording.ts'
import { useDevtools, useRecording, useSessionState, useShownEntries } from './devtools-context.ts'
import { Facts, type Fact } from './facts.tsx'

export function Details({ selectedId }: { selectedId: number | undefined }): ReactNode {
  const { renewAt } = useDevtools()
  const state = useSessionState()
  const recording = useRecording()
  const selected = useShownEntries().find(({ id }) => id === selectedId)
  const { lastError } = recording
  return (
    // Without a stop in it the keyboard could not scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="details" aria-label="Details" tabIndex={0}>
      {selected && <Entry entry={selected} />}
      {lastError && <Problem error={lastError} isOver={!('error' in state)} />}
      <h3>Token</h3>
      <Facts columns={3} facts={tokenFacts(state, recording, renewAt)} />
      <h3>Counts</h3>
      <Facts columns={5} facts={countFacts(recording)} />
      {!selected && <p className="muted hint">Choose a row of the timeline to see all of it.</p>}
    </section>
  )
}

function tokenFacts(state: SessionState, { token }: Recording, renewAt: number): Fact[] {
  const isHeld = 'expiresAt' in state
  const unknown = isHeld ? 'unknown' : '—'
  const renewalAt = renewalPoint(state, token?.lifetimeMs, renewAt)
  return [
    ['status', state.status],
    ['fingerprint', token?.fingerprint ?? unknown],
    ['expires', isHeld ? timeOfDay(state.expiresAt) : '—'],
    ['lifetime', token ? duration(token.lifetimeMs) : unknown],
    ['renewal from', renewalAt === undefined ? unknown : `${timeOfDay(renewalAt)} (${renewAt * 100} %)`],
    ['source', token ? { endpoint: 'endpoint', tab: 'another tab', prime: 'the page' }[token.via] : unknown],
  ]
}

function countFacts({ counts }: Recording): Fact[] {
  return [
    ['requests', String(counts.requests)],
    ['failures', String(counts.failures)],
    ['401s', String(counts.rejections)],
    ['replays', String(counts.replays)],
    ['from tabs', String(counts.fromTabs)],
  ]
}

/** The sentence that says what to do stands first; a problem that is over steps back. */
function Problem({ error, isOver }: { error: RecordedError; isOver: boolean }): ReactNode {
  const retry =
    error.retryAt === null ? 'Not tried again by itself.' : `Tried again from ${timeOfDay(error.retryAt)}.`
  return (
    <div className={isOver ? 'problem over' : 'problem'}>
      <h3>{isOver ? 'Last error, over' : 'Error'}</h3>
      <p>
        <code>{error.code}</code> {error.status !== undefined && <>(status {error.status})</>}
      </p>
      <p>{error.remedy}</p>
      <p className="muted">
        At {timeOfDay(error.at)}. {retry}
      </p>
    </div>
  )
}

function Entry({ entry }: { entry: TimelineEntry }): ReactNode {
  return (
    <>
      <h3>{entryWords(entry).title}</h3>
      <Facts facts={[['at', timeOfDay(entry.at)], ...entryFacts(entry)]} />
    </>
  )
}
