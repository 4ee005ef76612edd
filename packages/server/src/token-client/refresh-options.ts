import type { ClientAuthMethod } from '../oauth/client-auth.ts'
import { resolveOptions, type ResolvedOptions } from '../server/server-options.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Credentials } from '../shared/credentials.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { received, receivedName } from '../shared/received.ts'
import type { TokenStore } from '../store/token-store.ts'
import { apiOrigin, endpoint } from '../upstream/environments.ts'

/** The options of every dialect. */
export interface OAuthTokenClientSettings {
  /**
   * The client's credentials at the token endpoint, or a function that reads them. If the server refuses them, the function
   * is called one more time.
   */
  credentials: Credentials
  /** The name of the token in events, in `status()` and in the store. Default: the dialect. */
  name?: string
  /**
   * How long a refresh token lives, in seconds from its first issue, from 60 to 31 536 000. A refresh does not extend it.
   * Default: 86 400 (24 hours).
   */
  refreshLifetimeSeconds?: number
  /** The store in which instances share tokens. Default: `memoryStore({ singleInstance: true })`, for one process only. */
  store?: TokenStore
  /**
   * `waitUntil` of `cloudflare:workers`, for platforms like Cloudflare Workers on which each request is its own I/O
   * context. With it, no request awaits the work of another.
   */
  waitUntil?: (work: Promise<unknown>) => void
  /**
   * For platforms that freeze the process after the answer, without `waitUntil` (AWS Lambda): a call ends only when no
   * renewal continues. Default: renewals continue in the background.
   */
  backgroundRenewal?: 'await'
  /** Default: the platform's clock. */
  clock?: ServerClock
  /** Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Returns a number in [0, 1), for jitter. Default: `Math.random`. */
  random?: () => number
}

export interface CustomQuidkeyEnvironment {
  /** The API's origin: `https:`, or `http:` on this machine or a host name without a dot. */
  apiUrl: string
  /** Default: `/api/v1/oauth2/token`. */
  tokenPath?: string
  /** Default: `/api/v1/oauth2/refresh`. */
  refreshPath?: string
}

/** The Quidkey environment: one of Quidkey's own, or a custom one. */
export type QuidkeyEnvironment = 'sandbox' | 'production' | CustomQuidkeyEnvironment

/** The addresses of an API and its authorization server. */
export interface Rfc6749Environment {
  /**
   * The API's origin: `https:`, or `http:` on this machine or a host name without a dot. Tokens are sent there and nowhere
   * else.
   */
  apiUrl: string
  /** The path of the token endpoint, which also refreshes. */
  tokenPath: string
  /** The authorization server's origin. Default: `apiUrl`. */
  authUrl?: string
}

/** Options for Quidkey: JSON requests, answers in `{ success, data }`, and a separate path for a refresh. */
export interface QuidkeyClientOptions extends OAuthTokenClientSettings {
  /** The wire format of Quidkey. */
  dialect: 'quidkey'
  /** `sandbox` is Quidkey's development API. */
  environment: QuidkeyEnvironment
}

/** Options for RFC 6749: client credentials (§4.4) and refresh (§6) at one token endpoint. */
export interface Rfc6749ClientOptions extends OAuthTokenClientSettings {
  /** The wire format of RFC 6749. */
  dialect: 'rfc6749'
  /** The addresses of the API and its token endpoint. */
  environment: Rfc6749Environment
  /** The OAuth scope. Default: no scope is sent, and the server decides (RFC 6749 §3.3). */
  scope?: string
  /** How the client authenticates at the token endpoint. Default: `basic`. */
  clientAuth?: ClientAuthMethod
}

/** Options of a token client, by dialect. */
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

const quidkeyOptions = {
  dialect: true,
  environment: true,
  credentials: true,
  name: true,
  refreshLifetimeSeconds: true,
  store: true,
  waitUntil: true,
  backgroundRenewal: true,
  clock: true,
  fetch: true,
  random: true,
} satisfies Record<keyof QuidkeyClientOptions, true>
const rfc6749Options = {
  ...quidkeyOptions,
  scope: true,
  clientAuth: true,
} satisfies Record<keyof Rfc6749ClientOptions, true>

const quidkeyPaths = { apiUrl: true, tokenPath: true, refreshPath: true } satisfies Record<
  keyof CustomQuidkeyEnvironment,
  true
>
const rfc6749Paths = { apiUrl: true, tokenPath: true, authUrl: true } satisfies Record<
  keyof Rfc6749Environment,
  true
>

/** Checks every option and fills in the defaults. Throws `TypeError` with the option's name and the received value. */
export function resolveTokenClient(options: OAuthTokenClientOptions): ResolvedTokenClient {
  checkShape(options)
  const { dialect, name = dialect, credentials, refreshLifetimeSeconds = 86_400 } = options
  const urls = options.dialect === 'quidkey' ? quidkeyEndpoints(options) : rfc6749Endpoints(options)
  const { scope, clientAuth }: Partial<Rfc6749ClientOptions> = options.dialect === 'rfc6749' ? options : {}
  const { store, waitUntil, backgroundRenewal, clock, fetch, random } = options
  const resolved = resolveOptions({
    credentials,
    ...defined({ store, waitUntil, backgroundRenewal, clientAuth, clock, fetch, random }),
    environment: { apiUrl: urls.apiUrl },
    pools: { [checkName(name)]: scope === undefined ? {} : { scope } },
  })
  const refreshLifetimeMs = checkLifetime(refreshLifetimeSeconds) * 1000
  return { ...resolved, ...urls, dialect, name, scope, credentials, refreshLifetimeMs }
}

/** Drops the options that are not given. */
function defined<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

type Urls = Pick<ResolvedTokenClient, 'apiUrl' | 'tokenUrl' | 'refreshUrl'>

function quidkeyEndpoints({ environment }: QuidkeyClientOptions): Urls {
  const custom = quidkeyEnvironment(environment)
  assertKnownOptions(custom, quidkeyPaths, 'environment.')
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
    `Option "environment" must be "sandbox", "production" or { apiUrl }, got ${receivedName(environment)}`,
  )
}

function rfc6749Endpoints({ environment }: Rfc6749ClientOptions): Urls {
  if (typeof environment !== 'object' || environment === null) {
    throw new TypeError(
      `Option "environment" must be { apiUrl, tokenPath }, got ${receivedName(environment)}`,
    )
  }
  assertKnownOptions(environment, rfc6749Paths, 'environment.')
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
  if (dialect !== 'quidkey' && dialect !== 'rfc6749')
    throw new TypeError(`Option "dialect" must be "rfc6749" or "quidkey", got ${received(dialect)}`)
  assertKnownOptions(options, dialect === 'quidkey' ? quidkeyOptions : rfc6749Options)
}

function checkName(name: string): string {
  if (typeof name === 'string' && /^[\w-]{1,64}$/.test(name)) return name
  throw new TypeError(`Option "name" must have letters, digits, - and _ only, got ${received(name)}`)
}

function checkLifetime(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 60 && seconds <= 31_536_000) return seconds
  throw new TypeError(
    `Option "refreshLifetimeSeconds" must be an integer from 60 to 31536000, got ${received(seconds)}`,
  )
}
