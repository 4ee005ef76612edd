import { isClientAuth, type ClientAuthMethod } from '../oauth/client-auth.ts'
import { systemClock, type ServerClock } from '../shared/clock.ts'
import { assertCredentials, type Credentials } from '../shared/credentials.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { received, receivedSecret } from '../shared/received.ts'
import { memoryStore } from '../store/memory-store.ts'
import type { TokenStore } from '../store/token-store.ts'
import { checkTelemetry, type TelemetryOptions } from '../telemetry/telemetry.ts'
import { resolveEnvironment, type Endpoints, type Environment } from '../upstream/environments.ts'
import type { UpstreamLimitOptions } from '../upstream/upstream-limit.ts'

/** Options of a pool. */
export interface PoolOptions {
  /** The OAuth scope. Default: `pinpad_only`, which can mint session tokens for Forage's SDKs. */
  scope?: string
  /** The requested lifetime in seconds, from 86 400 (1 day) to 2 592 000 (30 days). Default: 604 800 (7 days). */
  lifetimeSeconds?: number
  /** The client of this pool. Default: the server's `credentials`. */
  credentials?: Credentials
}

/**
 * Options of a server. Only `environment` and `credentials` are required.
 *
 * @example
 * ```ts
 * import type { ClientCredentials, ForageServerOptions } from '@forage-session/server'
 *
 * declare function readSecret(): Promise<ClientCredentials>
 *
 * const options: ForageServerOptions = {
 *   environment: 'production',
 *   credentials: readSecret,
 *   pools: { web: {}, kiosk: { lifetimeSeconds: 86_400 } },
 *   upstreamLimit: { requests: 450 },
 * }
 * ```
 */
export interface ForageServerOptions {
  /** The Forage environment. */
  environment: Environment
  /** From Forage's dashboard, or a function that reads them. If Forage refuses them, it is called one more time. */
  credentials: Credentials
  /**
   * Each pool has its own authentication token, so that revoking one does not touch the others. The first pool is used if
   * a call names no pool. Default: one pool, `web`.
   */
  pools?: Readonly<Record<string, PoolOptions>>
  /** The store in which instances share tokens. Default: `memoryStore({ singleInstance: true })`, for one process only. */
  store?: TokenStore
  /**
   * How many requests this process sends to Forage at most. Two thirds are reserved for session tokens. Further requests
   * wait for their turn or are refused. Forage's own limit is 900 in 5 minutes per address, which all instances behind one
   * address share. Default: `false`, only Forage's limit.
   */
  upstreamLimit?: Partial<UpstreamLimitOptions> | false
  /**
   * `waitUntil` of `cloudflare:workers`, for platforms like Cloudflare Workers on which each request is its own I/O context
   * and background work ends with the answer. With it, no request awaits the work of another: they meet in the store.
   */
  waitUntil?: (work: Promise<unknown>) => void
  /**
   * For platforms that freeze the process after the answer, without `waitUntil` (AWS Lambda): a call ends only when no
   * renewal continues, so that no token is lost. Default: renewals continue in the background.
   */
  backgroundRenewal?: 'await'
  /** How the client authenticates at the token endpoint. Default: `basic`. */
  clientAuth?: ClientAuthMethod
  /** A meter and a tracer of OpenTelemetry. Default: no metrics and no spans. */
  telemetry?: TelemetryOptions
  /** Default: the platform's clock. */
  clock?: ServerClock
  /** Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch
  /** Returns a number in [0, 1), for jitter. Default: `Math.random`. */
  random?: () => number
}

export interface ResolvedPool {
  name: string
  scope: string
  lifetimeSeconds: number
  credentials: Credentials
  /** The option's name in error messages. */
  credentialsOption: string
}

export interface ResolvedOptions {
  endpoints: Endpoints
  pools: ResolvedPool[]
  store: TokenStore
  upstreamLimit: UpstreamLimitOptions | false
  clientAuth: ClientAuthMethod
  telemetry: TelemetryOptions
  clock: ServerClock
  fetch: typeof globalThis.fetch
  random: () => number
  waitUntil: ((work: Promise<unknown>) => void) | undefined
  backgroundRenewal: 'await' | undefined
}

const knownOptions = {
  environment: true,
  credentials: true,
  pools: true,
  store: true,
  upstreamLimit: true,
  waitUntil: true,
  backgroundRenewal: true,
  clientAuth: true,
  telemetry: true,
  clock: true,
  fetch: true,
  random: true,
} satisfies Record<keyof ForageServerOptions, true>
const knownPoolOptions = { scope: true, lifetimeSeconds: true, credentials: true } satisfies Record<
  keyof PoolOptions,
  true
>

const knownLimitOptions = { requests: true, perMs: true, queueMs: true } satisfies Record<
  keyof UpstreamLimitOptions,
  true
>

/** Checks every option and fills in the defaults. Throws `TypeError` with the option's name and the received value. */
export function resolveOptions(options: ForageServerOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`createForageServer takes { environment, credentials }, got ${received(options)}`)
  }
  assertKnownOptions(options, knownOptions)
  const endpoints = resolveEnvironment(options.environment)
  checkCredentials(options.credentials, 'credentials')
  return {
    endpoints,
    pools: resolvePools(options),
    store: checkStore(options.store === undefined ? memoryStore({ singleInstance: true }) : options.store),
    upstreamLimit: resolveUpstreamLimit(options.upstreamLimit),
    clientAuth: checkClientAuth(options.clientAuth ?? 'basic'),
    telemetry: checkTelemetry(options.telemetry),
    clock: checkClock(options.clock ?? systemClock()),
    // Called without a receiver: Workers refuse `fetch` as a method of another object.
    fetch: checkFunction(options.fetch ?? ((input, init) => globalThis.fetch(input, init)), 'fetch'),
    random: checkFunction(options.random ?? Math.random, 'random'),
    waitUntil: checkWaitUntil(options.waitUntil),
    backgroundRenewal: checkBackgroundRenewal(options.backgroundRenewal),
  }
}

function resolvePools({ pools = { web: {} }, credentials }: ForageServerOptions): ResolvedPool[] {
  if (
    typeof pools !== 'object' ||
    pools === null ||
    Array.isArray(pools) ||
    Object.keys(pools).length === 0
  ) {
    throw new TypeError(`Option "pools" must be an object with at least one pool, got ${received(pools)}`)
  }
  return Object.entries(pools).map(([name, pool]) => resolvePool(name, pool, credentials))
}

function resolvePool(name: string, pool: PoolOptions, credentials: Credentials): ResolvedPool {
  const option = `pools.${name}`
  if (!/^[\w-]{1,64}$/.test(name)) {
    throw new TypeError(`Option "pools" must have names of letters, digits, - and _, got ${received(name)}`)
  }
  if (typeof pool !== 'object' || pool === null) {
    throw new TypeError(`Option "${option}" must be an object, got ${received(pool)}`)
  }
  assertKnownOptions(pool, knownPoolOptions, `${option}.`)
  const { lifetimeSeconds = 604_800 } = pool
  if (pool.credentials !== undefined) checkCredentials(pool.credentials, `${option}.credentials`)
  return {
    name,
    scope: checkScope(pool.scope ?? 'pinpad_only', `${option}.scope`),
    lifetimeSeconds: checkInteger(lifetimeSeconds, `${option}.lifetimeSeconds`, 86_400, 2_592_000),
    credentials: pool.credentials ?? credentials,
    credentialsOption: pool.credentials ? `${option}.credentials` : 'credentials',
  }
}

function checkCredentials(credentials: Credentials, option: string): void {
  if (typeof credentials !== 'function') assertCredentials(credentials, option)
}

// RFC 6749 §3.3: printable ASCII without quotes and backslash, separated by single spaces.
function checkScope(scope: string, option: string): string {
  if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope))
    return scope
  throw new TypeError(`Option "${option}" must be scopes separated by a space, got ${received(scope)}`)
}

function resolveUpstreamLimit(options: ForageServerOptions['upstreamLimit']): UpstreamLimitOptions | false {
  if (options === undefined || options === false) return false
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Option "upstreamLimit" must be false or { requests, perMs, queueMs }, got ${received(options)}`,
    )
  }
  assertKnownOptions(options, knownLimitOptions, 'upstreamLimit.')
  const { requests = 900, perMs = 300_000, queueMs = 2000 } = options
  return {
    requests: checkInteger(requests, 'upstreamLimit.requests', 1, 100_000),
    perMs: checkInteger(perMs, 'upstreamLimit.perMs', 1, 86_400_000),
    // The browser stops waiting after 10 s, and no customer waits longer than a minute.
    queueMs: checkInteger(queueMs, 'upstreamLimit.queueMs', 0, 60_000),
  }
}

function checkClock(clock: ServerClock): ServerClock {
  if (typeof clock !== 'object')
    throw new TypeError(`Option "clock" must be an object, got ${received(clock)}`)
  for (const method of ['now', 'setTimeout', 'clearTimeout'] as const)
    checkFunction(clock[method], `clock.${method}`)
  return clock
}

function checkFunction<T>(value: T, option: string): T {
  if (typeof value === 'function') return value
  throw new TypeError(`Option "${option}" must be a function, got ${received(value)}`)
}

function checkInteger(value: number, option: string, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new TypeError(`Option "${option}" must be an integer from ${low} to ${high}, got ${received(value)}`)
}

function checkClientAuth(method: ClientAuthMethod): ClientAuthMethod {
  if (isClientAuth(method)) return method
  throw new TypeError(`Option "clientAuth" must be "basic", "basic-raw" or "post", got ${received(method)}`)
}

function checkWaitUntil(waitUntil: ForageServerOptions['waitUntil']): ForageServerOptions['waitUntil'] {
  if (waitUntil === undefined || typeof waitUntil === 'function') return waitUntil
  throw new TypeError(`Option "waitUntil" must be a function, got ${received(waitUntil)}`)
}

function checkBackgroundRenewal(value: unknown): 'await' | undefined {
  if (value === undefined || value === 'await') return value
  throw new TypeError(`Option "backgroundRenewal" must be "await", got ${received(value)}`)
}

function checkStore(store: TokenStore): TokenStore {
  const isAtomic: unknown = store?.capabilities?.atomic
  if (isAtomic === true && typeof store.get === 'function' && typeof store.cas === 'function') return store
  throw new TypeError(
    'Option "store" must be a store that compares and swaps (`capabilities.atomic: true`, `get`, `cas`), ' +
      // A connection address could hold a password.
      `got ${receivedSecret(store)}: with any other, every instance would mint its own tokens`,
  )
}
