import { originsOf, originsOfPrefix, type ForageEnvironment } from './environments.ts'
import { prefixOf } from './session-token.ts'

/** Where a token may be sent. Decided from the address alone, before a token is asked for. */
export interface Attachment {
  /** Of an address as a `URL` writes it. */
  covers(address: string): boolean
  /** Whether this token belongs there. Only without `environment` and `attachTo` it is asked for its prefix. */
  admits(address: string, token: string): boolean
}

/**
 * Exact origins, found secure when the session was made. Without `environment` and `attachTo`: Forage's public
 * origins, and of these only the ones of the token's own environment.
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

/** By its text: to parse each address would cost a quarter of the whole call. */
function isWithin(origins: readonly string[], address: string): boolean {
  return origins.some((origin) => address.startsWith(origin) && address[origin.length] === '/')
}
