import { expect, test } from 'vitest'

import { ForageSessionError } from '../shared/errors.ts'
import { allowProbe, holdOff, noFailures, remembered } from './failure-memory.ts'

const error = new ForageSessionError('endpoint_failed')

test('one earlier try ends a wait', () => {
  const probed = allowProbe(holdOff(noFailures, error, 5000), 3000)
  expect(probed.last).toEqual({ error, retryAt: 3000 })
  expect(remembered(probed, 3000)).toBeUndefined()
})

test.each([
  ['a final failure', Infinity],
  ['a wait that is over', 3000],
])('%s stays as it is when the network comes back', (_, retryAt) => {
  const memory = holdOff(noFailures, error, retryAt)
  expect(allowProbe(memory, 3000)).toBe(memory)
})

test('where nothing failed there is nothing to try', () => {
  expect(allowProbe(noFailures, 3000)).toBe(noFailures)
  expect(remembered(noFailures, 3000)).toBeUndefined()
})
