import { ascii, base64url, signed, writeJwt, type Sign } from '../jwt.ts'
import type { Switches } from '../switches.ts'

export interface SessionTokenClaims {
  /** `a` on the wire: the number that ties a token to the authentication token it came from. */
  readonly id: number
  readonly issuedAt: number
  readonly expiresAt: number
  /** `sk` on the wire: 16 bytes, only in the signed form. */
  readonly sessionKey: Uint8Array
}

/** Everything after the environment's prefix: three segments of base64url with dots between. */
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
 * The layout of itsdangerous' TimestampSigner, and the payload of forage-android-sdk's MOCK_SESSION_TOKEN, with the
 * spaces of Python's `json.dumps`. `t` is the tenant.
 */
function timestampedPayload(claims: SessionTokenClaims): string {
  const sessionKey = btoa(String.fromCharCode(...claims.sessionKey))
  const payload = `{"a": ${claims.id}, "sk": "${sessionKey}", "t": ${TENANT_ID}}`
  return `${base64url(ascii(payload))}.${base64url(uint32(toSeconds(claims.issuedAt)))}`
}

/** Big-endian. */
function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** The one tenant of the emulator: the number in the published token. */
export const TENANT_ID = 42

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
