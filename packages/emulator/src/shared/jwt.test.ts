import { createHmac } from 'node:crypto'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { base64url, createSigner } from './jwt.ts'

test('base64url writes the encoding of RFC 4648 §5 without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
    }),
  )
})

test('a signer writes HMAC-SHA256 in base64url', () => {
  const secret = fc.uint8Array({ minLength: 1, maxLength: 64 })
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 200 })
  fc.assert(
    fc.property(secret, ascii, (key, text) => {
      const bytes = Uint8Array.from(key)
      expect(createSigner(bytes)(text)).toBe(createHmac('sha256', bytes).update(text).digest('base64url'))
    }),
  )
})
