import { expect, test } from 'vitest'

import { decideRebuild } from './sdk-rebuild.ts'

const idle = { tokenIsNewer: true, tokenWasRejected: false, hasInput: false, isBusy: false }

test('an idle instance is rebuilt with a newer token', () => {
  expect(decideRebuild(idle)).toBe('rebuild')
})

test('an instance with the current token is kept', () => {
  expect(decideRebuild({ ...idle, tokenIsNewer: false })).toBe('keep')
})

test('a newer token waits while an element has input', () => {
  expect(decideRebuild({ ...idle, hasInput: true })).toBe('wait')
})

test('a rebuild does not wait for input of a refused token', () => {
  expect(decideRebuild({ ...idle, hasInput: true, tokenWasRejected: true })).toBe('rebuild')
})

test('a newer token waits while a call is in progress', () => {
  expect(decideRebuild({ ...idle, isBusy: true })).toBe('wait')
})

test('a rebuild after a refused token does not wait for another call, which may never settle', () => {
  expect(decideRebuild({ ...idle, isBusy: true, tokenWasRejected: true })).toBe('rebuild')
})
