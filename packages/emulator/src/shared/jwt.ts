import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** Returns the HMAC-SHA256 of an ASCII text, in base64url. */
export type Sign = (text: string) => string

/** Prepares the key and the buffers once: preparing them costs as much as hashing such a short text. */
export function createSigner(secret: Uint8Array<ArrayBuffer>): Sign {
  const keyed = hmac.create(sha256, secret)
  const running = keyed.clone()
  const digest = new Uint8Array(keyed.outputLen)
  return (text) => {
    keyed._cloneInto(running).update(ascii(text)).digestInto(digest)
    return base64url(digest)
  }
}

/** Writes a JWT in compact form (RFC 7519 §7.1): header, claims and signature. Every part must be ASCII. */
export function writeJwt(header: object, claims: object, sign: Sign): string {
  const input = [header, claims].map((part) => base64url(ascii(JSON.stringify(part))))
  return signed(input.join('.'), sign)
}

export function signed(text: string, sign: Sign): string {
  return `${text}.${sign(text)}`
}

/** Returns the bytes of an ASCII text. `TextEncoder` would cost more than the hash. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i)
  return bytes
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The two characters of each 12-bit value. */
const PAIRS = Array.from(
  { length: 1 << 12 },
  (_, bits) => ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63),
)

/**
 * Writes base64url (RFC 4648 §5) without padding (RFC 7515 §2), twelve bits at a time. It is several times faster than
 * `btoa` with replacements.
 */
export function base64url(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let left = 0
  for (const byte of bytes) {
    bits = ((bits & 0xff) << 8) | byte
    left += 8
    if (left < 12) continue
    left -= 12
    text += PAIRS[(bits >> left) & 0xfff]
  }
  if (left === 0) return text
  return text + (left === 8 ? PAIRS[(bits & 0xff) << 4] : ALPHABET.charAt((bits & 0xf) << 2))
}
