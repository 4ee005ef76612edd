import type { SessionEvent } from '@forage-session/core'
import { expect, test } from 'vitest'

import { emptyRecording, hiddenCount, maxEntries, record, shownEntries, type Recording } from './recording.ts'

const received: SessionEvent = {
  at: 5,
  type: 'token-received',
  fingerprint: '20804aeb',
  lifetimeMs: 900_000,
  via: 'tab',
}

function after(...events: SessionEvent[]): Recording {
  return events.reduce((recording, event) => record(recording, { type: 'event', event }), emptyRecording)
}

test('the newest entry is first', () => {
  const { entries } = after({ at: 1, type: 'token-requested', reason: 'first', attempt: 1 }, received)
  expect(entries.map(({ at }) => at)).toEqual([5, 1])
})

test('only the newest entries are kept', () => {
  const many = Array.from({ length: maxEntries + 50 }, (_, at) => ({ ...received, at }))
  const { entries } = after(...many)
  expect(entries).toHaveLength(maxEntries)
  expect(entries[0]?.at).toBe(maxEntries + 49)
})

test('events that have left the log still count', () => {
  const requests = Array.from({ length: 250 }, (_, at): SessionEvent => {
    return { at, type: 'token-requested', reason: 'renewal', attempt: 1 }
  })
  expect(after(...requests).counts.requests).toBe(250)
})

test('each kind of failure has its own count', () => {
  const request = { method: 'POST', url: 'https://api.example/' }
  const { counts } = after(
    { at: 1, type: 'token-failed', code: 'endpoint_failed', retryAt: null },
    { at: 2, type: 'request-rejected', ...request, code: undefined },
    { at: 3, type: 'request-replayed', ...request, ok: true },
    { at: 4, type: 'tab-shared', fingerprint: '20804aeb' },
  )
  expect(counts).toEqual({ requests: 0, failures: 1, rejections: 1, replays: 1, fromTabs: 1 })
})

test('a recording knows a token by its fingerprint until the token is dropped', () => {
  const held = after(received)
  expect(held.token).toEqual({ fingerprint: '20804aeb', lifetimeMs: 900_000, via: 'tab', receivedAt: 5 })
  const dropped: SessionEvent = { at: 6, type: 'token-invalidated', fingerprint: '20804aeb', by: 'rejected' }
  expect(record(held, { type: 'event', event: dropped }).token).toBeUndefined()
})

test('a paused log does not change while the recording continues', () => {
  const paused = record(after(received), { type: 'paused' })
  const later = record(paused, { type: 'event', event: { ...received, at: 9 } })
  expect(shownEntries(later).map(({ at }) => at)).toEqual([5])
  expect(hiddenCount(later)).toBe(1)
  const resumed = record(later, { type: 'resumed' })
  expect(shownEntries(resumed).map(({ at }) => at)).toEqual([9, 5])
  expect(hiddenCount(resumed)).toBe(0)
})

test('clearing the log keeps the counts and the token', () => {
  const cleared = record(after(received), { type: 'cleared' })
  expect(cleared.entries).toEqual([])
  expect(cleared.token?.fingerprint).toBe('20804aeb')
  const next = record(cleared, { type: 'action', at: 10, words: 'Renew' })
  expect(next.entries[0]?.id).toBe(2)
})
