import type { Switches } from '../context/switches.ts'
import { ascii, base64url, signed, writeJwt, type Sign } from '../shared/jwt.ts'
import { TENANT_ID } from '../shared/merchants.ts'

export interface SessionTokenClaims {
  /** `a` on the wire: a number that identifies the token. */
  readonly id: number
  readonly issuedAt: number
  readonly expiresAt: number
  /** `sk` on the wire: 16 bytes, only in the `signed` format. */
  readonly sessionKey: Uint8Array
}

/** Returns the token without its environment prefix: three segments in base64url, separated by dots. */
export function writeSessionToken(
  format: Switches['tokenFormat'],
  claims: SessionTokenClaims,
  sign: Sign,
): string {
  if (format === 'signed') return signed(timestampedPayload(claims), sign)
  const iat = format === 'jwt' ? { iat: toSeconds(claims.issuedAt) } : {}
  return writeJwt(
    { typ: 'JWT', alg: 'HS256' },
    { a: claims.id, ...iat, exp: toSeconds(claims.expiresAt) },
    sign,
  )
}

/**
 * Writes the layout of itsdangerous' TimestampSigner, with the payload of forage-android-sdk's MOCK_SESSION_TOKEN and
 * the spaces of Python's `json.dumps`. `t` is the tenant. In the real tokens of that SDK's history, the payload and `sk`
 * are url-safe and keep their padding. The time is not padded.
 */
function timestampedPayload(claims: SessionTokenClaims): string {
  const payload = `{"a": ${claims.id}, "sk": "${padded(base64url(claims.sessionKey))}", "t": ${TENANT_ID}}`
  return `${padded(base64url(ascii(payload)))}.${base64url(uint32(toSeconds(claims.issuedAt)))}`
}

/** Adds the padding of RFC 4648 §4: the length becomes a multiple of four. */
function padded(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/** Returns the number in big-endian bytes. */
function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
