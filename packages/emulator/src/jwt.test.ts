import fc from 'fast-check'
import { expect, test } from 'vitest'

import { base64url } from './jwt.ts'

test('base64url is that of RFC 4648 §5, without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
    }),
  )
})
