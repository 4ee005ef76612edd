import { expect, test } from 'vitest'

import { ForageSessionError } from '../shared/errors.ts'
import { stateOf, type SessionState, type StateFacts } from './session-state.ts'

const error = new ForageSessionError('endpoint_failed')
const nothing: StateFacts = { closed: false, held: undefined, failure: undefined, fetching: false }
const held = { expiresAt: 900 }
const failure = { error, retryAt: 500 }
const finalFailure = { error, retryAt: Infinity }

test.each<[string, Partial<StateFacts>, SessionState]>([
  ['nothing', {}, { status: 'idle' }],
  ['a request', { fetching: true }, { status: 'fetching' }],
  ['a token', { held }, { status: 'ready', expiresAt: 1900, renewing: false }],
  ['a token and a request', { held, fetching: true }, { status: 'ready', expiresAt: 1900, renewing: true }],
  ['a token and a failure', { held, failure }, { status: 'degraded', expiresAt: 1900, error, retryAt: 1500 }],
  [
    'a token and a final failure',
    { held, failure: finalFailure },
    { status: 'degraded', expiresAt: 1900, error, retryAt: 1900 },
  ],
  ['a failure', { failure }, { status: 'failed', error, retryAt: 1500 }],
  ['a final failure', { failure: finalFailure }, { status: 'failed', error, retryAt: null }],
  ['a closed session', { closed: true, held, failure, fetching: true }, { status: 'closed' }],
])('the state shows %s', (_, facts, state) => {
  expect(stateOf({ ...nothing, ...facts }, (at) => at + 1000)).toEqual(state)
})
