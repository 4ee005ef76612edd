import { expect, test } from 'vitest'

import { fingerprint } from './fingerprint.ts'

// Published test vectors of 32-bit FNV-1a (draft-eastlake-fnv, appendix C).
test.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
])('the fingerprint of %j is %s', (text, hex) => {
  expect(fingerprint(text)).toBe(hex)
})

test('a fingerprint always has eight digits', () => {
  const lengths = Array.from({ length: 1000 }, (_, index) => fingerprint(`sandbox_${index}`).length)
  expect(new Set(lengths)).toEqual(new Set([8]))
})
