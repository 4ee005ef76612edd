import { expect, it } from 'vitest'

import { assertReason } from './emergency-reason.ts'

it.each([
  'leak',
  'x'.repeat(200),
  'INC-1234: laptop stolen',
  'moved to api.example.com',
  'key_1 of cluster_2 was in a log',
  'from a.long-word.another-word',
  'to long-word.another-word.a',
])('%s is a valid reason', (reason) => {
  expect(() => assertReason(reason)).not.toThrow()
})

it.each([
  ['', '0 characters'],
  ['   ', '3 characters'],
  ['x'.repeat(201), '201 characters'],
  [undefined, 'undefined'],
  [7, 'a value of type number'],
])('%j is not a valid reason', (reason, got) => {
  expect(() => assertReason(reason)).toThrow(`Option "reason" must be 1 to 200 characters, got ${got}`)
})

it.each([
  'leaked: sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD',
  'leaked: eyJhIjo0Mn0x.aHe7.c2lnbmVk',
  'leaked: dev_eyJhIjogMX0=.aHe7Tw.c2lnbmVkc2lnbmVk',
  'leaked: eyJhIjogMX0==.aHe7.c2lnbmVk==',
  // The first part of a session token keeps its padding.
  'leaked: sandbox_eyJhIjogNDI5ODcsICJ0IjogNDJ9IA==.aHe7Tw.c2lnbmVkc2ln',
  'leaked: c2lnbmVkc2ln=.aHe7Tw.c2lnbmVkc2ln',
])('a reason that holds a token is refused, since it would be stored and shown (%#)', (reason) => {
  expect(() => assertReason(reason)).toThrow(new TypeError('Option "reason" must not hold a token'))
})
