import { assertKnownOptions } from '../shared/known-options.ts'
import { receivedName, receivedUrl } from '../shared/received.ts'

/** An API other than Forage's: the emulator, or a recording proxy. The default of each path is Forage's path. */
export interface CustomEnvironment {
  /** The API's origin: `https:`, or `http:` on this machine or a host name without a dot (a container). */
  apiUrl: string
  /** Default: `/o/token/`. */
  tokenPath?: string
  /** Default: `/api/session_token/`. */
  sessionTokenPath?: string
  /** Default: `/o/revoke_token/`. */
  revokePath?: string
  /** Default: `/o/bulk_revoke/`. Only `revokeAll` uses it. */
  bulkRevokePath?: string
}

/** The Forage environment: one of Forage's own, or a custom one. */
export type Environment = 'sandbox' | 'production' | CustomEnvironment

/** Absolute addresses. Forage's paths end in a slash: without it, Django answers a POST with an error. */
export interface Endpoints {
  apiUrl: string
  tokenUrl: string
  sessionTokenUrl: string
  revokeUrl: string
  bulkRevokeUrl: string
}

const knownOptions = {
  apiUrl: true,
  tokenPath: true,
  sessionTokenPath: true,
  revokePath: true,
  bulkRevokePath: true,
} satisfies Record<keyof CustomEnvironment, true>
const apiUrls = { sandbox: 'https://api.sandbox.joinforage.app', production: 'https://api.joinforage.app' }

/** Throws `TypeError` with the name of the option that is wrong. */
export function resolveEnvironment(environment: Environment): Endpoints {
  const custom = customEnvironment(environment)
  assertKnownOptions(custom, knownOptions, 'environment.')
  const apiUrl = apiOrigin(custom.apiUrl)
  return {
    apiUrl,
    tokenUrl: endpoint(apiUrl, 'tokenPath', custom.tokenPath ?? '/o/token/'),
    sessionTokenUrl: endpoint(apiUrl, 'sessionTokenPath', custom.sessionTokenPath ?? '/api/session_token/'),
    revokeUrl: endpoint(apiUrl, 'revokePath', custom.revokePath ?? '/o/revoke_token/'),
    bulkRevokeUrl: endpoint(apiUrl, 'bulkRevokePath', custom.bulkRevokePath ?? '/o/bulk_revoke/'),
  }
}

function customEnvironment(environment: Environment): CustomEnvironment {
  if (environment === 'sandbox' || environment === 'production') return { apiUrl: apiUrls[environment] }
  if (typeof environment === 'object' && environment !== null) return environment
  throw new TypeError(
    `Option "environment" must be "sandbox", "production" or { apiUrl }, got ${receivedName(environment)}`,
  )
}

/** Throws `TypeError` unless `apiUrl` is an origin to which a secret may travel. */
export function apiOrigin(apiUrl: string, option = 'environment.apiUrl'): string {
  const url = typeof apiUrl === 'string' ? URL.parse(apiUrl) : null
  if (!url || !isTrusted(url) || url.href !== `${url.origin}/`) {
    throw new TypeError(
      `Option "${option}" must be an https: origin (http: only on this machine, or at a host name without a dot, ` +
        `as in a container network), got ${receivedUrl(apiUrl)}`,
    )
  }
  return url.origin
}

// The client secret travels to this address, so it must be encrypted, except on the network of this machine's
// containers.
function isTrusted({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true
  const isLocal = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost|[^.[\]]+)$/.test(hostname)
  return protocol === 'http:' && isLocal
}

/** Resolves a path on the API. Throws `TypeError` unless it is one. */
export function endpoint(apiUrl: string, option: string, path: string): string {
  const url = typeof path === 'string' && path.startsWith('/') ? URL.parse(path, apiUrl) : null
  if (!url || url.origin !== apiUrl) {
    throw new TypeError(
      `Option "environment.${option}" must be a path that starts with "/", got ${receivedUrl(path)}`,
    )
  }
  return url.href
}
