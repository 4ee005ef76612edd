/** HMAC-SHA256 over a text, as raw bytes. */
export type Sign = (text: string) => Uint8Array

const utf8 = new TextEncoder()

/** RFC 7519 §7.1, in compact form: header, claims and signature. */
export function writeJwt(header: object, claims: object, sign: Sign): string {
  const input = [header, claims].map((part) => base64url(utf8.encode(JSON.stringify(part))))
  return signed(input.join('.'), sign)
}

export function signed(text: string, sign: Sign): string {
  return `${text}.${base64url(sign(text))}`
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** What 12 bits are written as. */
const PAIRS = Array.from(
  { length: 1 << 12 },
  (_, bits) => ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63),
)

/** RFC 4648 §5, without padding (RFC 7515 §2). Twelve bits at a time: several times faster than mending `btoa`'s. */
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
