import { expect, test } from 'vitest'

import { readTabMessage, type TabMessage } from './tab-message.ts'

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

const strangers = [
  'hello',
  7,
  null,
  undefined,
  [],
  {},
  { id: 'a' },
  { id: 'a', type: 'other' },
  { id: 'a', type: 'toString' },
  ...messages.flatMap((message) =>
    Object.keys(message).flatMap((name) => [
      { ...message, [name]: undefined },
      { ...message, [name]: { of: 'another type' } },
    ]),
  ),
  ...[Number.NaN, Infinity].map((ageMs) => ({ ...messages[2], ageMs })),
]

test.each(strangers)('%j is not a message of a session', (value) => {
  expect(readTabMessage(value)).toBeUndefined()
})
