import { expect, test } from 'vitest'

import { ForageSessionError } from '../shared/errors.ts'
import { allowProbe, noFailures, remembered } from './failure-memory.ts'

const error = new ForageSessionError('endpoint_failed')

test('a probe ends the wait after a failure', () => {
  const probed = allowProbe({ ...noFailures, last: { error, retryAt: 5000 } }, 3000)
  expect(probed.last).toEqual({ error, retryAt: 3000 })
  expect(remembered(probed, 3000)).toBeUndefined()
})

test.each([
  ['a final failure', Infinity],
  ['a failure whose wait is over', 3000],
])('%s stays unchanged when the network comes back', (_, retryAt) => {
  const memory = { ...noFailures, last: { error, retryAt } }
  expect(allowProbe(memory, 3000)).toBe(memory)
})

test('without a failure there is nothing to probe', () => {
  expect(allowProbe(noFailures, 3000)).toBe(noFailures)
  expect(remembered(noFailures, 3000)).toBeUndefined()
})
