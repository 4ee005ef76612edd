import { expect, test } from 'vitest'

import { parseChallenges } from './challenge.ts'

test('a comma in quotes does not end a challenge', () => {
  expect(parseChallenges('Basic realm="a,b", Bearer error="invalid_token"')).toEqual([
    { scheme: 'basic', parameters: { realm: 'a,b' } },
    { scheme: 'bearer', parameters: { error: 'invalid_token' } },
  ])
})

test('parameters of one challenge, quoted, escaped or plain', () => {
  expect(parseChallenges('Bearer realm="api",error=invalid_token,error_description="say \\"hi\\""')).toEqual([
    { scheme: 'bearer', parameters: { realm: 'api', error: 'invalid_token', error_description: 'say "hi"' } },
  ])
})

test('an empty header has none', () => {
  expect(parseChallenges('')).toEqual([])
})

test('what belongs to no challenge is none', () => {
  expect(parseChallenges('realm="api", Bearer error=invalid_token')).toEqual([
    { scheme: 'bearer', parameters: { error: 'invalid_token' } },
  ])
})
