/** "Session tokens expire after 15 minutes": docs.joinforage.app, authentication guide. */
const SESSION_TOKEN_SECONDS = 900

/** A prefix, `_` and 30 alphanumerics: docs.joinforage.app, Authenticate with Forage. */
const authenticationToken = /^[^_]+_[A-Za-z0-9]{30}$/

/** A token of one of Forage's environments, anywhere in a text. An authentication token has 30 characters and no dot. */
const tokenInText = /(?<![\w-])(?:sandbox|prod|cert|staging|dev|local|mock)_[\w.=-]{30,}/gi

/** White space around it does not make it harmless. */
export function isAuthenticationToken(token: string): boolean {
  return authenticationToken.test(token.trim())
}

/** Returns the text before the first `_`, in lower case. Undefined if there is none, or no header can carry the token. */
export function environmentOf(token: string): string | undefined {
  return /^([^_]+)_[\x21-\x7e]+$/.exec(token)?.[1]?.toLowerCase()
}

/** Returns every token of Forage in a text. */
export function tokensIn(text: string): string[] {
  // A sentence may end with a token.
  return (text.match(tokenInText) ?? []).map((token) => token.replace(/\.+$/, ''))
}

/**
 * Returns when the token expires, in seconds since the epoch. Undefined if it does not say so. Forage publishes three
 * shapes: a JWT with or without `exp`, and a signed text with the time of its issue in its second segment.
 */
export function expiryOf(token: string): number | undefined {
  const [head = '', payload = '', signature] = token.slice(token.indexOf('_') + 1).split('.')
  if (signature === undefined) return undefined
  const { exp, iat } = claimsOf(payload)
  if (typeof exp === 'number') return exp
  if (typeof iat === 'number') return iat + SESSION_TOKEN_SECONDS
  const issuedAt = claimsOf(head)['sk'] === undefined ? undefined : uint32Of(payload)
  return issuedAt === undefined ? undefined : issuedAt + SESSION_TOKEN_SECONDS
}

function claimsOf(segment: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(decoded(segment) ?? '')) as Record<string, unknown>
  } catch {
    return {}
  }
}

function uint32Of(segment: string): number | undefined {
  const bytes = decoded(segment)
  if (bytes?.length !== 4) return undefined
  return Array.from(bytes, (byte) => byte.charCodeAt(0)).reduce((sum, byte) => sum * 256 + byte, 0)
}

function decoded(segment: string): string | undefined {
  try {
    return atob(segment.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''))
  } catch {
    return undefined
  }
}
