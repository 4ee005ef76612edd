import type { ClientAuthMethod } from '../oauth/oauth-client.ts'
import { systemClock, type ServerClock } from '../shared/clock.ts'
import { assertCredentials, type Credentials } from '../shared/credentials.ts'
import { received, receivedSecret } from '../shared/received.ts'
import { memoryStore } from '../store/memory-store.ts'
import type { TokenStore } from '../store/token-store.ts'
import { checkTelemetry, type TelemetryOptions } from '../telemetry/telemetry.ts'
import { resolveEnvironment, type Endpoints, type Environment } from '../upstream/environments.ts'
import type { UpstreamLimitOptions } from '../upstream/upstream-limit.ts'

/** What a pool's authentication token is asked for with. */
export interface PoolOptions {
  /** Default: `pinpad_only`, the scope that can mint session tokens for Forage's SDKs. */
  scope?: string
  /** How long a token to ask for, in seconds, 86 400 (1 day) to 2 592 000 (30 days). Default: 604 800 (7 days). */
  lifetimeSeconds?: number
  /** Default: the server's `credentials`. */
  credentials?: Credentials
}

/** Every option of a server, with its unit and default. Only `environment` and `credentials` are required. */
export interface ForageServerOptions {
  /** Which Forage is talked to. */
  environment: Environment
  /** From Forage's dashboard; or a function that reads them, asked once more when Forage refuses them. */
  credentials: Credentials
  /**
   * One authentication token each: to revoke one does not touch the others. The first is used where no pool is
   * named. Default: one pool, `web`.
   */
  pools?: Readonly<Record<string, PoolOptions>>
  /** Where instances share their tokens. Default: `memoryStore({ singleInstance: true })`, for one process only. */
  store?: TokenStore
  /**
   * How many requests this process sends to Forage at most, two thirds of them kept for session tokens; the rest
   * waits for its turn or is refused. Forage's own limit is 900 in 5 minutes per address: behind one address,
   * each instance takes its part of it. Default: `false`, no limit but Forage's.
   */
  upstreamLimit?: Partial<UpstreamLimitOptions> | false
  /**
   * Where each request is its own I/O context and work behind its answer ends with it, as on Cloudflare Workers:
   * `waitUntil` of `cloudflare:workers`. No request then awaits what another one began; they meet in the store.
   */
  waitUntil?: (work: Promise<unknown>) => void
  /** Default: `basic`. */
  clientAuth?: ClientAuthMethod
  /** OpenTelemetry's, if metrics and spans are wanted. Default: none. */
  telemetry?: TelemetryOptions
  /** Default: the platform's. */
  clock?: ServerClock
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch
  /** A number in [0, 1), for jitter. Default: `Math.random`. */
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
}

/** Checks every option and fills in the defaults. Throws `TypeError` with the option's name and what was received. */
export function resolveOptions(options: ForageServerOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`createForageServer takes { environment, credentials }, got ${received(options)}`)
  }
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
    // Called without a receiver: workers refuse `fetch` as a method of another object.
    fetch: checkFunction(options.fetch ?? ((input, init) => globalThis.fetch(input, init)), 'fetch'),
    random: checkFunction(options.random ?? Math.random, 'random'),
    waitUntil: checkWaitUntil(options.waitUntil),
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
  const { requests = 900, perMs = 300_000, queueMs = 2000 } = options
  return {
    requests: checkInteger(requests, 'upstreamLimit.requests', 1, 100_000),
    perMs: checkInteger(perMs, 'upstreamLimit.perMs', 1, 86_400_000),
    // The browser gives up after 10 s; whoever waits longer than a minute is nobody's customer any more.
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
  if (method === 'basic' || method === 'basic-raw' || method === 'post') return method
  throw new TypeError(`Option "clientAuth" must be "basic", "basic-raw" or "post", got ${received(method)}`)
}

function checkWaitUntil(waitUntil: ForageServerOptions['waitUntil']): ForageServerOptions['waitUntil'] {
  if (waitUntil === undefined || typeof waitUntil === 'function') return waitUntil
  throw new TypeError(`Option "waitUntil" must be a function, got ${received(waitUntil)}`)
}

function checkStore(store: TokenStore): TokenStore {
  const isAtomic: unknown = store?.capabilities?.atomic
  if (isAtomic === true && typeof store.get === 'function' && typeof store.cas === 'function') return store
  throw new TypeError(
    'Option "store" must be a store that compares and swaps (`capabilities.atomic: true`, `get`, `cas`), ' +
      // An address would hold a password.
      `got ${receivedSecret(store)}: with any other, every instance would mint its own tokens`,
  )
}
