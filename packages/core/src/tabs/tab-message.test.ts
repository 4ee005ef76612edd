import { expect, test } from 'vitest'

import { ForageSessionError, type ForageSessionErrorCode } from '../shared/errors.ts'
import { isShareable, readTabMessage, type TabMessage } from './tab-message.ts'

const messages: TabMessage[] = [
  { id: 'a', type: 'ask' },
  { id: 'a', type: 'claim', fetching: false },
  { id: 'a', type: 'offer', token: 'sandbox_a', lifetimeMs: 900, ageMs: 1, postedAt: 2 },
  { id: 'a', type: 'failed', code: 'endpoint_failed', retryInMs: 1000 },
  { id: 'a', type: 'gone' },
  { id: 'a', type: 'clear' },
]

test.each(messages)('a message of the type $type is read unchanged', (message) => {
  expect(readTabMessage(message)).toBe(message)
})

const absurd = [
  ...[messages[2]!, messages[3]!].flatMap((message) =>
    Object.keys(message)
      .filter((name) => name !== 'id' && name !== 'type')
      .flatMap((name) => [
        { ...message, [name]: undefined },
        { ...message, [name]: { of: 'another type' } },
      ]),
  ),
  ...[Number.NaN, Infinity, -1].map((ageMs) => ({ ...messages[2], ageMs })),
  ...[Number.NaN, Infinity, -1, 86_400_001].map((lifetimeMs) => ({ ...messages[2], lifetimeMs })),
  ...[Number.NaN, Infinity, -1].map((retryInMs) => ({ ...messages[3], retryInMs })),
  // A final failure, one of this tab alone, and one that no version knows.
  ...['endpoint_rejected', 'token_missing', 'nonsense', ['endpoint_failed']].map((code) => ({
    ...messages[3],
    code,
  })),
]

test.each(absurd)('%j is no offer and no failure that a session believes', (value) => {
  expect(readTabMessage(value)).toBeUndefined()
})

test.each<[ForageSessionErrorCode, number | undefined, boolean]>([
  ['endpoint_rate_limited', 429, true],
  ['endpoint_failed', 500, true],
  ['endpoint_failed', 503, true],
  ['endpoint_failed', undefined, true],
  ['endpoint_unreachable', undefined, true],
  ['endpoint_timeout', undefined, true],
  ['endpoint_failed', 400, false],
  ['endpoint_rejected', 401, false],
  ['endpoint_not_json', undefined, false],
  ['budget_exhausted', undefined, false],
])('a failure %s with the status %s is shared: %s', (code, status, expected) => {
  expect(isShareable(new ForageSessionError(code, undefined, { status }))).toBe(expected)
})
