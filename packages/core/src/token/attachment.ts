import { originsOf, originsOfPrefix, type ForageEnvironment } from './environments.ts'
import { prefixOf } from './session-token.ts'

/** The rule where a token may be sent. It decides from the URL alone, before a token is requested. */
export interface Attachment {
  /** Whether a request to this URL gets a token. `address` is a URL in the form that `URL` writes. */
  covers(address: string): boolean
  /** Whether this token may go there. Its prefix matters only without `environment` and `attachTo`. */
  admits(address: string, token: string): boolean
}

/**
 * Creates the rule from exact origins, which were checked to be secure when the session was created. Without
 * `environment` and `attachTo` these are Forage's public origins, limited to those of the token's own prefix.
 */
export function attachmentOf(
  environment: ForageEnvironment | undefined,
  attachTo: readonly string[] | undefined,
): Attachment {
  const given = attachTo ?? (environment === undefined ? undefined : originsOf(environment))
  const origins = [...(given ?? (['sandbox', 'production'] as const).flatMap(originsOf))]
  return {
    covers: (address) => isWithin(origins, address),
    admits: (address, token) => given !== undefined || isWithin(originsOfPrefix(prefixOf(token)), address),
  }
}

/** Compares text: parsing each URL would cost a quarter of the whole call. */
function isWithin(origins: readonly string[], address: string): boolean {
  return origins.some((origin) => address.startsWith(origin) && address[origin.length] === '/')
}

/** Returns whether a URL is secure enough for a token: https, or this machine (RFC 6890, RFC 6761 §6.3). */
export function isSecure(url: URL): boolean {
  const isLoopback = /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)
}
