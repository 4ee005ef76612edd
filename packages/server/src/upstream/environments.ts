import { received } from '../shared/received.ts'

/** An API of one's own: the emulator, or a recording proxy. Paths are Forage's unless said otherwise. */
export interface CustomEnvironment {
  /** The API's origin. `https:`, or `http:` on this machine or a host name without a dot (a container). */
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

/** Which Forage is talked to. */
export type Environment = 'sandbox' | 'production' | CustomEnvironment

/** Absolute addresses. Forage's paths end in a slash; without it Django answers a POST with an error. */
export interface Endpoints {
  apiUrl: string
  tokenUrl: string
  sessionTokenUrl: string
  revokeUrl: string
  bulkRevokeUrl: string
}

const apiUrls = { sandbox: 'https://api.sandbox.joinforage.app', production: 'https://api.joinforage.app' }

export function resolveEnvironment(environment: Environment): Endpoints {
  const custom = customEnvironment(environment)
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
    `Option "environment" must be "sandbox", "production" or { apiUrl }, got ${received(environment)}`,
  )
}

export function apiOrigin(apiUrl: string, option = 'environment.apiUrl'): string {
  const url = typeof apiUrl === 'string' ? URL.parse(apiUrl) : null
  if (!url || !isTrusted(url) || url.pathname !== '/' || url.search || url.username || url.password) {
    throw new TypeError(
      `Option "${option}" must be an https: origin (http: only on this machine, or at a host name without a dot, ` +
        `as in a container network), got ${receivedUrl(apiUrl)}`,
    )
  }
  return url.origin
}

// An address may hold a password or a key: then only its origin is shown.
function receivedUrl(value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (!url?.username && !url?.password && !url?.search) return received(value)
  return `an address of ${url.origin} with a password or a query`
}

// The client secret travels to this address: it must not cross a network in the clear, but that of the machine's own
// containers.
function isTrusted({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true
  const isLocal = /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost|[^.[\]]+)$/.test(hostname)
  return protocol === 'http:' && isLocal
}

export function endpoint(apiUrl: string, option: string, path: string): string {
  const url = typeof path === 'string' && path.startsWith('/') ? URL.parse(path, apiUrl) : null
  if (!url || url.origin !== apiUrl) {
    throw new TypeError(
      `Option "environment.${option}" must be a path that starts with "/", got ${received(path)}`,
    )
  }
  return url.href
}
