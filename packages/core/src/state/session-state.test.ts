import { describe, expect, test } from 'vitest'

import { ForageSessionError } from '../shared/errors.ts'
import { transition, type SessionChange, type SessionState } from './session-state.ts'

const error = new ForageSessionError('endpoint_failed')
const states = {
  idle: { status: 'idle' },
  fetching: { status: 'fetching' },
  ready: { status: 'ready', expiresAt: 900, renewing: false },
  renewing: { status: 'ready', expiresAt: 900, renewing: true },
  degraded: { status: 'degraded', expiresAt: 900, error, retryAt: 500 },
  failed: { status: 'failed', error, retryAt: null },
  closed: { status: 'closed' },
} satisfies Record<string, SessionState>

type Name = keyof typeof states
const names = Object.keys(states) as Name[]

/** The state after the change, for each state. A state that is not listed stays the same object. */
const table: [SessionChange, Partial<Record<Name, SessionState>>][] = [
  [{ type: 'requested' }, { idle: states.fetching, failed: states.fetching, ready: states.renewing }],
  [
    { type: 'moved', expiresAt: 700 },
    {
      ready: { ...states.ready, expiresAt: 700 },
      renewing: { ...states.renewing, expiresAt: 700 },
      degraded: { ...states.degraded, expiresAt: 700 },
    },
  ],
  [
    { type: 'lost', fetching: true },
    {
      idle: states.fetching,
      ready: states.fetching,
      renewing: states.fetching,
      degraded: states.fetching,
      failed: states.fetching,
    },
  ],
  [
    { type: 'lost', fetching: false },
    {
      fetching: states.idle,
      ready: states.idle,
      renewing: states.idle,
      degraded: states.idle,
      failed: states.idle,
    },
  ],
]

describe.each(table)('$type', (change, becomes) => {
  test.each(names)('changes the state %s as listed, or not at all', (name) => {
    const next = transition(states[name], change)
    expect(next).toEqual(becomes[name] ?? states[name])
    expect(next === states[name]).toBe(becomes[name] === undefined)
  })
})

const always: [SessionChange, SessionState][] = [
  [
    { type: 'received', expiresAt: 950 },
    { status: 'ready', expiresAt: 950, renewing: false },
  ],
  [
    { type: 'failed', error, retryAt: null, expiresAt: undefined },
    { status: 'failed', error, retryAt: null },
  ],
  [
    { type: 'failed', error, retryAt: 600, expiresAt: 900 },
    { status: 'degraded', error, retryAt: 600, expiresAt: 900 },
  ],
  [
    { type: 'failed', error, retryAt: null, expiresAt: 900 },
    { status: 'degraded', error, retryAt: 900, expiresAt: 900 },
  ],
  [{ type: 'closed' }, { status: 'closed' }],
]

test.each(always)('%j leads to the same state from every state except closed', (change, expected) => {
  for (const name of names) {
    expect(transition(states[name], change)).toEqual(name === 'closed' ? states.closed : expected)
  }
})

test('another failure replaces the one in the state, and the same failure changes nothing', () => {
  const other = new ForageSessionError('endpoint_rejected')
  const change = { type: 'failed', error: other, retryAt: 600, expiresAt: undefined } as const
  const shown = transition(states.failed, change)
  expect(shown).toEqual({ status: 'failed', error: other, retryAt: 600 })
  expect(transition(shown, change)).toBe(shown)
})
