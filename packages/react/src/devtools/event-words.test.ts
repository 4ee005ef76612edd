import type { SessionEvent } from '@forage-session/core'
import { expect, test } from 'vitest'

import { entryFacts, entryWords } from './event-words.ts'
import type { TimelineEntry } from './recording.ts'

const entryOf = (event: SessionEvent): TimelineEntry => ({ kind: 'event', id: 1, at: event.at, event })

test('a received token is told by fingerprint, lifetime and source', () => {
  const entry = entryOf({
    at: 0,
    type: 'token-received',
    fingerprint: '20804aeb',
    lifetimeMs: 900_000,
    via: 'endpoint',
  })
  expect(entryWords(entry).detail).toBe('20804aeb · for 15 min · from the endpoint')
})

test('a failure tells when it is tried again', () => {
  const failed = { at: 1000, type: 'token-failed', code: 'endpoint_failed' } as const
  expect(entryWords(entryOf({ ...failed, retryAt: 2200 })).detail).toBe('endpoint_failed · again in 1.2 s')
  expect(entryWords(entryOf({ ...failed, retryAt: null })).detail).toBe('endpoint_failed · not tried again')
})

test('what looks like a token in an address or a code is masked', () => {
  const token = 'sandbox_eyJhIjoxfQ.aaaaaaaaaaaaaaaaaaaa'
  const url = `https://api.example/payments/${token}/`
  const entry = entryOf({ at: 0, type: 'request-rejected', method: 'GET', url, code: token })
  const shown = JSON.stringify([entryWords(entry), entryFacts(entry)])
  expect(shown).not.toContain('eyJ')
  expect(shown).not.toContain('aaaaaaaa')
  expect(shown).toContain('[hidden]')
})

test('a code that is only long is shown', () => {
  const code = 'session_token_was_used_too_often'
  const entry = entryOf({ at: 0, type: 'request-rejected', method: 'GET', url: 'https://api.example/', code })
  expect(entryWords(entry).detail).toContain(code)
})

test('the facts of an entry have no time twice, and name no unit that is not theirs', () => {
  const entry = entryOf({ at: 0, type: 'lifetime-too-short', lifetimeMs: 20_000, minValidityMs: 30_000 })
  expect(entryFacts(entry)).toEqual([
    ['type', 'lifetime-too-short'],
    ['lifetime', '20 s'],
    ['min validity', '30 s'],
  ])
})
