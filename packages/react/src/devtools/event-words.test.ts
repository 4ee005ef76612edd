import type { SessionEvent } from '@forage-session/core'
import { expect, test } from 'vitest'

import { entryFacts, entryWords } from './event-words.ts'
import type { LogEntry } from './recording.ts'

const entryOf = (event: SessionEvent): LogEntry => ({ kind: 'event', id: 1, at: event.at, event })

test('a received token is described by its fingerprint, lifetime and source', () => {
  const entry = entryOf({
    at: 0,
    type: 'token-received',
    fingerprint: '20804aeb',
    lifetimeMs: 900_000,
    via: 'endpoint',
  })
  expect(entryWords(entry).detail).toBe('20804aeb · for 15 min · from the endpoint')
})

test('a failure shows the time until the next attempt', () => {
  const failed = { at: 1000, type: 'token-failed', code: 'endpoint_failed' } as const
  expect(entryWords(entryOf({ ...failed, retryAt: 2200 })).detail).toBe('endpoint_failed · retry in 1.2 s')
  expect(entryWords(entryOf({ ...failed, retryAt: null })).detail).toBe(
    'endpoint_failed · no automatic retry',
  )
})

test.each([
  ['a session token', 'sandbox_eyJhIjoxfQ.aaaaaaaaaaaaaaaaaaaa'],
  ['a session token with padding', 'sandbox_eyJhIjogNDI5ODcsICJ0IjogNDJ9IA==.aHe7Tw.aaaaaaaaaaaaaaaaaaaa'],
  [
    'a session token with encoded padding',
    'sandbox_eyJhIjogNDI5ODcsICJ0IjogNDJ9IA%3D%3D.aHe7Tw.aaaaaaaaaaaaaaaaaaaa',
  ],
  ['a padded token without its prefix', 'eyJhIjogNDI5ODcsICJ0IjogNDJ9IA==.aHe7Tw.aaaaaaaaaaaaaaaaaaaa'],
])('%s in a URL or a code is masked', (_, token) => {
  const url = `https://api.example/payments/${token}/`
  const entry = entryOf({ at: 0, type: 'request-rejected', method: 'GET', url, code: token })
  const shown = JSON.stringify([entryWords(entry), entryFacts(entry)])
  expect(shown).not.toContain('eyJ')
  expect(shown).not.toContain('aaaaaaaa')
  expect(shown).toContain('[hidden]')
})

test('a long code that is no token is shown', () => {
  const code = 'session_token_was_used_too_often'
  const entry = entryOf({ at: 0, type: 'request-rejected', method: 'GET', url: 'https://api.example/', code })
  expect(entryWords(entry).detail).toContain(code)
})

test('the facts of an entry omit its time, and their names have no units', () => {
  const entry = entryOf({ at: 0, type: 'lifetime-too-short', lifetimeMs: 20_000, minValidityMs: 30_000 })
  expect(entryFacts(entry)).toEqual([
    ['type', 'lifetime-too-short'],
    ['lifetime', '20 s'],
    ['min validity', '30 s'],
  ])
})
