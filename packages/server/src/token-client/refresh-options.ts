import type { ClientAuthMethod } from '../oauth/oauth-client.ts'
import { resolveOptions, type ResolvedOptions } from '../server/server-options.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Credentials } from '../shared/credentials.ts'
import { received } from '../shared/received.ts'
import type { TokenStore } from '../store/token-store.ts'
import { apiOrigin, endpoint } from '../upstream/environments.ts'

/** What every dialect needs. */
export interface OAuthTokenClientSettings {
  /** For the server's token endpoint; or a function that reads them, asked once more when they are refused. */
  credentials: Credentials
  /** Names the token in events, in `status()` and in the store. Default: the dialect. */
  name?: string
  /**
   * How long a refresh token lives, in seconds from its first issue, whatever is refreshed since. Default: 86 400
   * (24 hours).
   */
  refreshLifetimeSeconds?: number
  /** Where instances share their tokens. Default: `memoryStore({ singleInstance: true })`, for one process only. */
  store?: TokenStore
  /**
   * Where each request is its own I/O context, as on Cloudflare Workers: `waitUntil` of `cloudflare:workers`. No
   * request then awaits what another one began.
   */
  waitUntil?: (work: Promise<unknown>) => void
  /** Default: the platform's. */
  clock?: ServerClock
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch
  /** A number in [0, 1), for jitter. Default: `Math.random`. */
  random?: () => number
}

export interface CustomQuidkeyEnvironment {
  /** The API's origin. `https:`, or `http:` on this machine or a host name without a dot. */
  apiUrl: string
  /** Default: `/api/v1/oauth2/token`. */
  tokenPath?: string
  /** Default: `/api/v1/oauth2/refresh`. */
  refreshPath?: string
}

/** Which Quidkey is talked to. */
export type QuidkeyEnvironment = 'sandbox' | 'production' | CustomQuidkeyEnvironment

/** The addresses of an API and its authorization server. */
export interface Rfc6749Environment {
  /** The API's origin: tokens are sent there and nowhere else. `https:`, or `http:` on this machine or a host name without a dot. */
  apiUrl: string
  /** The token endpoint's path; a refresh goes there, too. */
  tokenPath: string
  /** The authorization server's origin. Default: `apiUrl`. */
  authUrl?: string
}

/** JSON both ways, answers in `{ success, data }`, a refresh at a path of its own. */
export interface QuidkeyClientOptions extends OAuthTokenClientSettings {
  /** Quidkey's own. */
  dialect: 'quidkey'
  /** `sandbox` is Quidkey's development API. */
  environment: QuidkeyEnvironment
}

/** RFC 6749: client credentials (§4.4) and refresh (§6) at one token endpoint. */
export interface Rfc6749ClientOptions extends OAuthTokenClientSettings {
  /** OAuth 2.0 by the letter. */
  dialect: 'rfc6749'
  /** Where the API and its token endpoint are. */
  environment: Rfc6749Environment
  /** Default: none is sent, and the server decides (RFC 6749 §3.3). */
  scope?: string
  /** Default: `basic`. */
  clientAuth?: ClientAuthMethod
}

/** Which server is talked to, and how. */
export type OAuthTokenClientOptions = QuidkeyClientOptions | Rfc6749ClientOptions

export interface ResolvedTokenClient extends Omit<
  ResolvedOptions,
  'endpoints' | 'pools' | 'upstreamLimit' | 'telemetry'
> {
  dialect: OAuthTokenClientOptions['dialect']
  name: string
  apiUrl: string
  tokenUrl: string
  refreshUrl: string
  scope: string | undefined
  credentials: Credentials
  refreshLifetimeMs: number
}

const quidkeyUrls = { sandbox: 'https://core-dev.quidkey.com', production: 'https://core.quidkey.com' }

/** Checks every option and fills in the defaults. Throws `TypeError` with the option's name and what was received. */
export function resolveTokenClient(options: OAuthTokenClientOptions): ResolvedTokenClient {
  checkShape(options)
  const { dialect, name = dialect, credentials, refreshLifetimeSeconds = 86_400 } = options
  const urls = options.dialect === 'quidkey' ? quidkeyEndpoints(options) : rfc6749Endpoints(options)
  const scope = options.dialect === 'rfc6749' ? options.scope : undefined
  const resolved = resolveOptions({
    ...options,
    environment: { apiUrl: urls.apiUrl },
    pools: { [checkName(name)]: scope === undefined ? {} : { scope } },
  })
  const refreshLifetimeMs = checkLifetime(refreshLifetimeSeconds) * 1000
  return { ...resolved, ...urls, dialect, name, scope, credentials, refreshLifetimeMs }
}

type Urls = Pick<ResolvedTokenClient, 'apiUrl' | 'tokenUrl' | 'refreshUrl'>

function quidkeyEndpoints({ environment }: QuidkeyClientOptions): Urls {
  const custom = quidkeyEnvironment(environment)
  const apiUrl = apiOrigin(custom.apiUrl)
  return {
    apiUrl,
    tokenUrl: endpoint(apiUrl, 'tokenPath', custom.tokenPath ?? '/api/v1/oauth2/token'),
    refreshUrl: endpoint(apiUrl, 'refreshPath', custom.refreshPath ?? '/api/v1/oauth2/refresh'),
  }
}

function quidkeyEnvironment(environment: QuidkeyEnvironment): CustomQuidkeyEnvironment {
  if (environment === 'sandbox' || environment === 'production') return { apiUrl: quidkeyUrls[environment] }
  if (typeof environment === 'object' && environment !== null) return environment
  throw new TypeError(
    `Option "environment" must be "sandbox", "production" or { apiUrl }, got ${received(environment)}`,
  )
}

function rfc6749Endpoints({ environment }: Rfc6749ClientOptions): Urls {
  if (typeof environment !== 'object' || environment === null) {
    throw new TypeError(`Option "environment" must be { apiUrl, tokenPath }, got ${received(environment)}`)
  }
  const apiUrl = apiOrigin(environment.apiUrl)
  const authUrl =
    environment.authUrl === undefined ? apiUrl : apiOrigin(environment.authUrl, 'environment.authUrl')
  const tokenUrl = endpoint(authUrl, 'tokenPath', environment.tokenPath)
  return { apiUrl, tokenUrl, refreshUrl: tokenUrl }
}

function checkShape(options: OAuthTokenClientOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `createOAuthTokenClient takes { dialect, environment, credentials }, got ${received(options)}`,
    )
  }
  const { dialect }: { dialect: unknown } = options
  if (dialect === 'quidkey' || dialect === 'rfc6749') return
  throw new TypeError(`Option "dialect" must be "rfc6749" or "quidkey", got ${received(dialect)}`)
}

function checkName(name: string): string {
  if (typeof name === 'string' && /^[\w-]{1,64}$/.test(name)) return name
  throw new TypeError(`Option "name" must be of letters, digits, - and _, got ${received(name)}`)
}

function checkLifetime(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 60 && seconds <= 31_536_000) return seconds
  throw new TypeError(
    `Option "refreshLifetimeSeconds" must be an integer from 60 to 31536000, got ${received(seconds)}`,
  )
}
