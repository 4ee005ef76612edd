import { expect, test } from 'vitest'

import { ForageSessionError } from '../shared/errors.ts'
import { remembered, waitAfter } from './failure-memory.ts'

const error = new ForageSessionError('endpoint_failed')

test.each([
  ['doubles with each failure in a row', 3, 0, 0, 8000],
  ['is at most 30 s', 9, 0, 0, 30_000],
  ['grows by up to a half', 0, 0, 1, 1500],
  ['is as long as the endpoint asks for, plus the jitter', 0, 60_000, 1, 60_500],
])('the wait %s', (_, failedInARow, retryAfterMs, random, waitMs) => {
  expect(waitAfter({ failedInARow }, error, retryAfterMs, random)).toBe(waitMs)
})

test('a final failure has no end', () => {
  expect(waitAfter({ failedInARow: 0 }, new ForageSessionError('closed'), 0, 0)).toBe(Infinity)
})

test('the first deadline in a row delays nobody, and the second one does', () => {
  const overdue = new ForageSessionError('endpoint_timeout')
  expect(waitAfter({ failedInARow: 0 }, overdue, 0, 0)).toBe(0)
  const failure = { error: overdue, retryAt: 0 }
  expect(waitAfter({ failedInARow: 1, failure }, overdue, 0, 0)).toBe(2000)
})

test('a failure is remembered until its retryAt', () => {
  const memory = { failedInARow: 1, failure: { error, retryAt: 3000 } }
  expect(remembered(memory, 2999)).toBe(memory.failure)
  expect(remembered(memory, 3000)).toBeUndefined()
})
