import { jwtDecode } from 'jwt-decode'

/** The parts of a token that can be read. A token is opaque: it works without any of them. */
export interface ParsedToken {
  /** Whether it has the form of an authentication token, which belongs to the backend only. */
  readonly isAuthentication: boolean
  /** The text before the first `_`, lower-cased: `sandbox`, `prod`, … */
  readonly environment: string | undefined
  /** RFC 7519 §4.1.4, in seconds. */
  readonly exp?: number | undefined
  /** RFC 7519 §4.1.6, in seconds. */
  readonly iat?: number | undefined
}

/**
 * Visible ASCII, which `Authorization: Bearer` can carry (RFC 6750 §2.1, RFC 9110 §5.5), without quotes and braces:
 * the text of a JSON body is no token.
 */
export const headerValue: RegExp = /^[!#-z|~]+$/

/** A prefix, `_` and 30 alphanumerics: docs.joinforage.app, Authenticate with Forage. */
const authenticationToken = /^[^_]+_[A-Za-z0-9]{30}$/

/** Parses a token. Returns undefined if the value cannot be sent in a header. */
export function parseSessionToken(token: string): ParsedToken | undefined {
  if (!headerValue.test(token)) return undefined
  const environment = prefixOf(token)
  const isAuthentication = authenticationToken.test(token)
  return { isAuthentication, environment, ...timesOf(token.slice(token.indexOf('_') + 1)) }
}

/** Returns the text before the first `_`, lower-cased. It costs little, unlike the claims. */
export function prefixOf(token: string): string | undefined {
  const separator = token.indexOf('_')
  return separator > 0 ? token.slice(0, separator).toLowerCase() : undefined
}

/** Forage publishes three shapes: a JWT without `iat`, a JWT without `exp`, and a signed blob that is not a JWT. */
function timesOf(encoded: string): Pick<ParsedToken, 'exp' | 'iat'> {
  try {
    const { exp, iat } = jwtDecode(encoded)
    return { exp: numberOf(exp), iat: numberOf(iat) }
  } catch {
    return {}
  }
}

/** Returns an untrusted value if it is a finite number. */
export function numberOf(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined
}
