import { expect, test } from 'vitest'

import { fingerprint } from './fingerprint.ts'

test('a fingerprint is the FNV-1a hash in eight hex digits, as in its published vectors', () => {
  expect(fingerprint('')).toBe('811c9dc5')
  expect(fingerprint('a')).toBe('e40c292c')
  expect(fingerprint('foobar')).toBe('bf9cf968')
})
