import { expect, test } from 'vitest'

import { decideRebuild } from './sdk-rebuild.ts'

const idle = { tokenIsNewer: true, tokenWasRejected: false, hasInput: false, callsInFlight: 0 }

test('an idle instance is rebuilt with a newer token', () => {
  expect(decideRebuild(idle)).toBe('rebuild')
})

test('an instance with the current token is kept', () => {
  expect(decideRebuild({ ...idle, tokenIsNewer: false })).toBe('keep')
})

test('a newer token waits while something is typed', () => {
  expect(decideRebuild({ ...idle, hasInput: true })).toBe('wait')
})

test('input that can only be refused does not wait', () => {
  expect(decideRebuild({ ...idle, hasInput: true, tokenWasRejected: true })).toBe('rebuild')
})

test('a call under way is never cut off, not even with a refused token', () => {
  expect(decideRebuild({ ...idle, callsInFlight: 1 })).toBe('wait')
  expect(decideRebuild({ ...idle, callsInFlight: 1, tokenWasRejected: true })).toBe('wait')
})
