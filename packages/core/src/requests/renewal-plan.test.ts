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

const facts: PlanFacts = {
  now: 100,
  token,
  lapsed: false,
  fetching: false,
  retryAt: undefined,
  renewWhen: 'in-use',
  lastUsedAt: 100,
  visible: true,
}

const none: Partial<PlanFacts> = { token: undefined, renewWhen: 'always' }

test.each<[string, Partial<PlanFacts>, ReturnType<typeof plan>]>([
  ['a token is renewed at its time', {}, { inMs: 600, isRequest: true }],
  ['or at once where the timer was late', { now: 800, lastUsedAt: 800 }, { inMs: -100, isRequest: true }],
  ['or when a failure may be tried again', { retryAt: 750 }, { inMs: 650, isRequest: true }],
  ['but not at its end', { retryAt: 900 }, { inMs: 800, isRequest: false }],
  ['nor after it', { retryAt: 1000 }, { inMs: 800, isRequest: false }],
  ['nor while a request is under way', { fetching: true }, { inMs: 800, isRequest: false }],
  ['nor in a hidden tab', { visible: false }, { inMs: 800, isRequest: false }],
  ['nor after a final failure', { retryAt: Infinity }, { inMs: 800, isRequest: false }],
  ['nor where that is not wanted', { renewWhen: 'never' }, { inMs: 800, isRequest: false }],
  [
    'a tab that is long unused may still be used until then',
    { lastUsedAt: -5000 },
    { inMs: 600, isRequest: true },
  ],
  ['used one lifetime ago, it is in use', { now: 700, lastUsedAt: -200 }, { inMs: 0, isRequest: true }],
  ['longer ago, it is forgotten', { now: 700, lastUsedAt: -201 }, { inMs: 200, isRequest: false }],
  [
    'unless tokens are always renewed',
    { now: 700, lastUsedAt: -201, renewWhen: 'always' },
    { inMs: 0, isRequest: true },
  ],
  ['nothing is asked for before the first call', none, undefined],
  [
    'what ran out unrenewed is asked for, if always',
    { ...none, lapsed: true },
    { inMs: -100, isRequest: true },
  ],
  ['what failed is tried again, if always', { ...none, retryAt: 300 }, { inMs: 200, isRequest: true }],
  ['and not if in use', { ...none, retryAt: 300, renewWhen: 'in-use' }, undefined],
  ['nor in a hidden tab without a token', { ...none, lapsed: true, visible: false }, undefined],
  ['a final failure is not tried again', { ...none, lapsed: true, retryAt: Infinity }, undefined],
])('%s', (_, given, expected) => {
  expect(plan({ ...facts, ...given })).toEqual(expected)
})
