import { expect, test } from 'vitest'

import { isSafe } from './replay-policy.ts'

test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])('the method %s is safe (RFC 9110 §9.2.1)', (method) => {
  expect(isSafe(method)).toBe(true)
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'BUDGET', 'HEADS'])(
  'the method %s is not known to be safe',
  (method) => {
    expect(isSafe(method)).toBe(false)
  },
)
