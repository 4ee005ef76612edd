import type { SessionState } from '@forage-session/core'
import type { ReactNode } from 'react'

import { entryFacts, entryWords } from '../event-words.ts'
import { renewalPoint } from '../pill-state.ts'
import { duration, timeOfDay } from '../readable-time.ts'
import type { RecordedError, Recording, LogEntry } from '../recording.ts'
import { useDevtools, useRecording, useSessionState, useShownEntries } from './devtools-context.ts'

export function Details({ selectedId }: { selectedId: number | undefined }): ReactNode {
  const { renewAt } = useDevtools()
  const state = useSessionState()
  const recording = useRecording()
  const selected = useShownEntries().find(({ id }) => id === selectedId)
  const { lastError } = recording
  return (
    // The keyboard can scroll the section only if it can be focused.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="details" aria-label="Details" tabIndex={0}>
      {selected && <Entry entry={selected} />}
      {lastError && <Problem error={lastError} isResolved={!('error' in state)} />}
      <h3>Token</h3>
      <Facts columns={3} facts={tokenFacts(state, recording, renewAt)} />
      <h3>Counts</h3>
      <Facts columns={5} facts={countFacts(recording)} />
      {!selected && <p className="muted hint">Select a row of the log to see its details.</p>}
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
    ['sent again', String(counts.replays)],
    ['from tabs', String(counts.fromTabs)],
  ]
}

/** Shows the last error, less prominently if it is resolved. */
function Problem({ error, isResolved }: { error: RecordedError; isResolved: boolean }): ReactNode {
  const retry =
    error.retryAt === null ? 'No automatic retry.' : `Next attempt after ${timeOfDay(error.retryAt)}.`
  return (
    <div className={isResolved ? 'problem resolved' : 'problem'}>
      <h3>{isResolved ? 'Last error (resolved)' : 'Error'}</h3>
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

function Entry({ entry }: { entry: LogEntry }): ReactNode {
  return (
    <>
      <h3>{entryWords(entry).title}</h3>
      <Facts facts={[['at', timeOfDay(entry.at)], ...entryFacts(entry)]} />
    </>
  )
}

type Fact = readonly [name: string, value: string]

interface FactsProps {
  facts: readonly Fact[]
  /** The number of columns, for short facts. Default: one row per fact. */
  columns?: 3 | 5
}

function Facts({ facts, columns }: FactsProps): ReactNode {
  return (
    <dl className={columns ? `facts tiles of-${columns}` : 'facts'}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
