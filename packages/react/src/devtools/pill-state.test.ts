import { ForageSessionError } from '@forage-session/core'
import { expect, test } from 'vitest'

import { pillState, renewalPoint } from './pill-state.ts'

const error = new ForageSessionError('endpoint_failed', 'It failed.')
const ready = { status: 'ready', expiresAt: 1000, renewing: false } as const

test('a token is fresh before its renewal point, and due for renewal after it', () => {
  expect(pillState({ state: ready, now: 799, renewalAt: 800 })).toEqual({
    tone: 'fresh',
    words: 'fresh',
    leftMs: 201,
  })
  expect(pillState({ state: ready, now: 800, renewalAt: 800 })).toMatchObject({ tone: 'stale', leftMs: 200 })
})

test('a renewal in progress is blue, and the current token keeps its countdown', () => {
  const state = { ...ready, renewing: true }
  expect(pillState({ state, now: 900, renewalAt: 800 })).toMatchObject({ tone: 'fetching', leftMs: 100 })
})

test('an expired token counts as no token, even before the session notices', () => {
  expect(pillState({ state: ready, now: 1000, renewalAt: 800 })).toEqual({
    tone: 'none',
    words: 'expired',
    leftMs: undefined,
  })
})

test('a failed renewal is yellow while the old token is valid, and red after it expires', () => {
  const state = { status: 'degraded', expiresAt: 1000, error, retryAt: 950 } as const
  expect(pillState({ state, now: 900, renewalAt: 800 })).toMatchObject({ tone: 'stale', leftMs: 100 })
  expect(pillState({ state, now: 1100, renewalAt: 800 })).toMatchObject({ tone: 'failed' })
})

test.each([
  [{ status: 'idle' }, 'none', 'no token'],
  [{ status: 'fetching' }, 'fetching', 'fetching'],
  [{ status: 'failed', error, retryAt: null }, 'failed', 'failed'],
  [{ status: 'closed' }, 'none', 'closed'],
] as const)('a state without a token has no countdown: %o', (state, tone, words) => {
  expect(pillState({ state, now: 0, renewalAt: undefined })).toEqual({ tone, words, leftMs: undefined })
})

test('the renewal point of a token with an unknown lifetime is unknown', () => {
  expect(renewalPoint(ready, undefined, 0.8)).toBeUndefined()
  expect(renewalPoint(ready, 500, 0.8)).toBe(900)
})
