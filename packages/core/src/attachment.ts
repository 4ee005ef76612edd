import { originsOf, originsOfPrefix, type ForageEnvironment } from './environments.ts'
import { prefixOf } from './session-token.ts'

/** Where a token may be sent. Decided from the address alone, before a token is asked for. */
export interface Attachment {
  covers(url: URL): boolean
  /** Whether this token belongs there. Only without `environment` and `attachTo` it is asked for its prefix. */
  admits(url: URL, token: string): boolean
}

/**
 * Exact origins, over https or to this machine itself. Without `environment` and `attachTo`: Forage's public
 * origins, and of these only the ones of the token's own environment.
 */
export function attachmentOf(
  environment: ForageEnvironment | undefined,
  attachTo: readonly string[] | undefined,
): Attachment {
  const given = attachTo ?? (environment === undefined ? undefined : originsOf(environment))
  const origins = new Set(given ?? [...originsOf('sandbox'), ...originsOf('production')])
  return {
    covers: (url) => origins.has(url.origin) && isSecure(url),
    admits: (url, token) => given !== undefined || originsOfPrefix(prefixOf(token)).includes(url.origin),
  }
}

/** Over https, or to this machine itself (RFC 6890, RFC 6761 §6.3). */
export function isSecure({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
