import { expect, it } from 'vitest'

import { fingerprint } from './fingerprint.ts'

// Published test vectors of 32-bit FNV-1a (draft-eastlake-fnv, appendix C).
it.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
  // The result begins with a zero.
  ['token 405', '0012a7d5'],
])('the fingerprint of %j is %s', (text, hex) => {
  expect(fingerprint(text)).toBe(hex)
})
