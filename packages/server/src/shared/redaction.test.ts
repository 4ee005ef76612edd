import { expect, it } from 'vitest'

import { mayHoldToken, withoutTokens } from './redaction.ts'

/** Tokens in the formats that Forage has published: padded, a JWT, and an authentication token. */
const tokens = [
  'dev_eyJhIjogMjQ3NDQ0NCwgInNrIjogIk92Y25aNTI5QjJuZ0p2N0pZN2laeHc9PSIsICJ0IjogNDJ9==.ZnwRTw.Q1l5x0m6o7o9o1p2q3r4s5t6u7w',
  'staging_eyJhIjogMSwgInNrIjogIk92Y25aNTI5QjJuZ0p2N0pZN2laeHc9PSJ9=.Z9_wTw.kM0hVf3bwtZEAOZJrJ1wKLvDpM9WHRD4pKCYr0rOy2k',
  'sandbox_eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJhIjo0MiwiZXhwIjoxNjc2OTg2ODM1fQ.7KLvDpM9WHRD4pKCYr0rOy2kM0hVf3bwtZEAOZJrJ1w',
  'mock_eyJhIjogMjQ3NDQ0NCwgInQiOiA0Mn0.aHe7Tw.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.7KLvDpM9WHRD4pKCYr0rOy2k',
  'b64payload==.aHe7Tw.7KLvDpM9WHRD4pKCYr0rOy2k==',
  'sandbox_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD',
  'PROD_uXpcGMAMs7hhbw9JifUuJlzUZS3zWD',
]

it.each(tokens)('a token is removed whole from any text (%#)', (token) => {
  expect(mayHoldToken(`leaked: ${token}!`)).toBe(true)
  expect(withoutTokens(token)).toBe('[token]')
  expect(withoutTokens(`Bearer ${token}, "${token}"`)).toBe('Bearer [token], "[token]"')
  expect(withoutTokens(`https://a.example/?t=${encodeURIComponent(token)}&x=1`)).toBe(
    'https://a.example/?t=[token]&x=1',
  )
})

it.each([
  'https://checkout-app.shop.example-store.com/path',
  'my_file.test.ts',
  'mid/123ab45c67',
  'INC-1234: laptop stolen',
  'key_1 of cluster_2 was in a log',
  'Pool "web": the last renewal failed (http_503)',
])('%s holds no token and stays', (text) => {
  expect(withoutTokens(text)).toBe(text)
})
