import { expect, test } from 'vitest'

import type { HeldToken } from '../token/token-lifetime.ts'
import { plan, type PlanFacts } from './renewal-plan.ts'

const token: HeldToken = {
  value: 'sandbox_a',
  fingerprint: 'a',
  startedAt: 0,
  lifetimeMs: 900,
  expiresAt: 900,
  renewAt: 700,
  via: 'endpoint',
}

type Given = PlanFacts & { now: number; visible: boolean }

const facts: Given = {
  now: 100,
  held: token,
  missing: 'first',
  renewWhen: 'in-use',
  lastUsedAt: 100,
  visible: true,
}

const none: Partial<Given> = { held: undefined, renewWhen: 'always' }

test.each<[string, Partial<Given>, ReturnType<typeof plan>]>([
  ['a token is renewed at its renewal point', {}, { inMs: 600, isRequest: true }],
  [
    'a token is renewed at once if the timer was late',
    { now: 800, lastUsedAt: 800 },
    { inMs: -100, isRequest: true },
  ],
  [
    'a token is renewed when the last failure allows a request',
    { failure: { retryAt: 750 } },
    { inMs: 650, isRequest: true },
  ],
  ['a token is not renewed at its end', { failure: { retryAt: 900 } }, { inMs: 800, isRequest: false }],
  ['a token is not renewed after its end', { failure: { retryAt: 1000 } }, { inMs: 800, isRequest: false }],
  ['a token is not renewed while a request is in progress', { flight: {} }, { inMs: 800, isRequest: false }],
  ['a token is not renewed in a hidden tab', { visible: false }, { inMs: 800, isRequest: false }],
  [
    'a token is not renewed after a final failure',
    { failure: { retryAt: Infinity } },
    { inMs: 800, isRequest: false },
  ],
  ['a token is not renewed with renewWhen: never', { renewWhen: 'never' }, { inMs: 800, isRequest: false }],
  [
    'an unused tab keeps its plan, because it may be used before the renewal point',
    { lastUsedAt: -5000 },
    { inMs: 600, isRequest: true },
  ],
  [
    'a tab that was used one lifetime ago is in use',
    { now: 700, lastUsedAt: -200 },
    { inMs: 0, isRequest: true },
  ],
  [
    'a tab that was used longer ago is not in use',
    { now: 700, lastUsedAt: -201 },
    { inMs: 200, isRequest: false },
  ],
  [
    'an unused tab renews with renewWhen: always',
    { now: 700, lastUsedAt: -201, renewWhen: 'always' },
    { inMs: 0, isRequest: true },
  ],
  ['no token is requested before the first call', none, undefined],
  [
    'an expired token is requested again with renewWhen: always',
    { ...none, missing: 'expired' },
    { inMs: -100, isRequest: true },
  ],
  [
    'a failed request is repeated with renewWhen: always',
    { ...none, failure: { retryAt: 300 } },
    { inMs: 200, isRequest: true },
  ],
  [
    'a failed request is not repeated with renewWhen: in-use',
    { ...none, failure: { retryAt: 300 }, renewWhen: 'in-use' },
    undefined,
  ],
  [
    'no token is requested in a hidden tab without a token',
    { ...none, missing: 'expired', visible: false },
    undefined,
  ],
  [
    'a request is not repeated after a final failure',
    { ...none, missing: 'expired', failure: { retryAt: Infinity } },
    undefined,
  ],
])('%s', (_, given, expected) => {
  const { now, visible, ...own } = { ...facts, ...given }
  expect(plan(own, now, visible)).toEqual(expected)
})
