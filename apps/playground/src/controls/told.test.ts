import { expect, test } from 'vitest'

import { nothingYet } from '../world/tally.ts'
import { countsOf, generalWords } from './told.ts'

test('the counts name only what happened', () => {
  expect(countsOf({ rejected: 3, failed: 2, received: 1, minted: 1, replayed: 3, shared: 0 })).toBe(
    '3 rejected with 401 · 2 failed token requests · 1 new session token · 3 sent again',
  )
  expect(countsOf(nothingYet)).toBe('')
})

test('the general sentences name only what happened', () => {
  const nothing = { ...nothingYet, holdsToken: true }
  expect(generalWords(nothing)).toBe('The session had nothing to do.')
  expect(generalWords({ ...nothing, rejected: 2, shared: 1, replayed: 2 })).toBe(
    'The API rejected the token of 2 requests (401). One tab took the token of the other. The session sent 2 requests again, and the page saw only a slower answer.',
  )
})
