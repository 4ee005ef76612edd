import { expect, test } from 'vitest'

import { fingerprint } from './fingerprint.ts'

test('is FNV-1a in eight hex digits (its published vectors)', () => {
  expect(fingerprint('')).toBe('811c9dc5')
  expect(fingerprint('a')).toBe('e40c292c')
  expect(fingerprint('foobar')).toBe('bf9cf968')
})
