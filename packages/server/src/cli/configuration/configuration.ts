import { isClientAuth, type ClientAuthMethod } from '../../oauth/client-auth.ts'
import {
  resolveOptions,
  type ForageServerOptions,
  type PoolOptions,
  type ResolvedOptions,
} from '../../server/server-options.ts'
import type { ClientCredentials } from '../../shared/credentials.ts'
import { createSealer, type SealingKeys } from '../../store/sealing.ts'
import type { CustomEnvironment, Environment } from '../../upstream/environments.ts'
import { readDatabase, type DatabaseConfiguration } from './database-url.ts'
import { poolVariable, variable, type Variables } from './environment-variables.ts'
import { finding, type Finding } from './finding.ts'
import { InvalidRedisAddress, parseRedisAddress, type RedisAddress } from './redis-address.ts'

export interface Configuration {
  /** The options with which `createForageServer` reaches what the servers reach. */
  server: Required<Pick<ForageServerOptions, 'environment' | 'credentials' | 'pools' | 'clientAuth'>>
  resolved: ResolvedOptions
  merchantAccount: string | undefined
  redis: RedisSettings | undefined
  database: DatabaseConfiguration | undefined
}

/** The Redis that the servers share, and the keys that seal the tokens in it. */
export interface RedisSettings {
  address: RedisAddress
  keys: SealingKeys
}

export type ReadConfiguration =
  | { ok: true; configuration: Configuration }
  | { ok: false; findings: Finding[] }

/** Reads the configuration from the variables, or returns every problem with them. */
export function readConfiguration(env: Variables): ReadConfiguration {
  const findings: Finding[] = []
  const note = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      findings.push(misconfigured(error))
      return undefined
    }
  }
  const environment = note(() => readEnvironment(env))
  const credentials = note(() => readCredentials(env))
  const pools = note(() => readPools(env))
  const clientAuth = note(() => readClientAuth(env))
  const redis = note(() => readRedis(env))
  const database = note(() => readDatabase(env, readKeys))
  if (!environment || !credentials || !pools || !clientAuth) return { ok: false, findings }
  const server = { environment, credentials, pools, clientAuth }
  const resolved = note(() => resolveOptions(server))
  if (!resolved || findings.length > 0) return { ok: false, findings }
  const merchantAccount = variable(env, 'FORAGE_MERCHANT_ID')
  return { ok: true, configuration: { server, resolved, merchantAccount, redis, database } }
}

class Misconfiguration extends Error {
  readonly finding: Finding
  constructor(id: string, ...texts: [what: string, why: string, remedy: string]) {
    super(texts[0])
    this.finding = finding('error', id, texts)
  }
}

// The option checks of the library throw a TypeError. Its message is a sentence without secrets.
function misconfigured(error: unknown): Finding {
  if (error instanceof Misconfiguration) return error.finding
  if (!(error instanceof TypeError)) throw error
  return finding('error', 'configuration-invalid', [
    error.message,
    'createForageServer throws this error when a server starts with these options.',
    'Correct the variable that sets the option (forage-tokens --help lists the variables).',
  ])
}

function readEnvironment(env: Variables): Environment {
  const name = variable(env, 'FORAGE_ENVIRONMENT') ?? 'sandbox'
  const paths = {
    ...path(env, 'tokenPath', 'FORAGE_TOKEN_PATH'),
    ...path(env, 'sessionTokenPath', 'FORAGE_SESSION_TOKEN_PATH'),
    ...path(env, 'revokePath', 'FORAGE_REVOKE_PATH'),
    ...path(env, 'bulkRevokePath', 'FORAGE_BULK_REVOKE_PATH'),
  }
  const apiUrl = URL.parse(name)
  // The checks of the library print an invalid address, so an address with a password does not reach them.
  if (apiUrl && apiUrl.username + apiUrl.password === '') return { apiUrl: name, ...paths }
  if (name === 'sandbox' || name === 'production') return name
  throw new Misconfiguration(
    'environment-invalid',
    'FORAGE_ENVIRONMENT is not "sandbox", "production" or an origin',
    'With a typing error here, the client secret would go to another host.',
    'Set it to sandbox, production, or an origin such as http://127.0.0.1:4010.',
  )
}

function path(env: Variables, option: keyof CustomEnvironment, name: string): Partial<CustomEnvironment> {
  const value = variable(env, name)
  return value === undefined ? {} : { [option]: value }
}

function readCredentials(env: Variables, suffix = ''): ClientCredentials {
  const names = [`FORAGE_CLIENT_ID${suffix}`, `FORAGE_CLIENT_SECRET${suffix}`] as const
  const [clientId, clientSecret] = names.map((name) => variable(env, name))
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret }
  throw new Misconfiguration(
    'credentials-missing',
    `Not set: ${names.filter((name) => variable(env, name) === undefined).join(', ')}`,
    'Authentication tokens are requested with these credentials.',
    "Copy both from Forage's dashboard into this environment, and never commit them.",
  )
}

function readClientAuth(env: Variables): ClientAuthMethod {
  const method = variable(env, 'FORAGE_CLIENT_AUTH') ?? 'basic'
  if (isClientAuth(method)) return method
  throw new Misconfiguration(
    'client-auth-invalid',
    'FORAGE_CLIENT_AUTH is not basic, basic-raw or post',
    'It says how the client secret is sent to the token endpoint, like the option `clientAuth` of the servers.',
    'Set it to the `clientAuth` of your servers, or unset it (basic).',
  )
}

const scopes = new Set(['pinpad_only', 'hosted_checkout', 'reporting', 'accounts'])

function readPools(env: Variables): Record<string, PoolOptions> {
  const pools = Object.entries(parsePools(variable(env, 'FORAGE_POOLS') ?? '{"web":{}}'))
  return Object.fromEntries(pools.map(([name, pool]) => [name, readPool(env, name, pool)]))
}

function parsePools(text: string): Record<string, PoolOptions> {
  const pools: unknown = parseOrUndefined(text)
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject(pools) && Object.values(pools).every(isObject)) return pools as Record<string, PoolOptions>
  throw new Misconfiguration(
    'pools-invalid',
    'FORAGE_POOLS is not a JSON object of pools',
    'It has the form of the option "pools" of createForageServer.',
    'Set it, for example, to \'{"web":{},"kiosk":{"lifetimeSeconds":86400}}\'.',
  )
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readPool(env: Variables, name: string, pool: PoolOptions): PoolOptions {
  const { scope, lifetimeSeconds } = pool
  assertLifetime(name, lifetimeSeconds)
  assertScope(name, scope)
  const suffix = poolVariable('', name)
  const isOwnClient = variable(env, `FORAGE_CLIENT_ID${suffix}`) !== undefined
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
    ...(isOwnClient ? { credentials: readCredentials(env, suffix) } : {}),
  }
}

function assertLifetime(name: string, seconds: number | undefined): void {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 86_400 && seconds <= 2_592_000))
    return
  throw new Misconfiguration(
    'lifetime-out-of-bounds',
    `Pool "${name}" has a lifetime that is not between 86400 and 2592000 seconds`,
    'Forage issues tokens for 1 to 30 days.',
    'Remove lifetimeSeconds (7 days), or choose a number in this range.',
  )
}

function assertScope(name: string, scope: unknown): void {
  if (scope === undefined) return
  const parts = typeof scope === 'string' ? scope.split(' ') : []
  if (parts.length > 0 && parts.every((part) => scopes.has(part))) return
  throw new Misconfiguration(
    'scope-unknown',
    `Pool "${name}" has a scope that Forage does not know`,
    `The scopes are ${[...scopes].join(', ')}.`,
    'Remove scope (pinpad_only), or correct it.',
  )
}

function readRedis(env: Variables): Configuration['redis'] {
  const url = variable(env, 'REDIS_URL')
  if (url === undefined) return undefined
  const address = readAddress(url)
  const keys = readKeys(env)
  createSealer(keys)
  return { address, keys }
}

function readAddress(url: string): RedisAddress {
  try {
    return parseRedisAddress(url)
  } catch (error) {
    if (!(error instanceof InvalidRedisAddress)) throw error
    throw new Misconfiguration(
      'redis-url-invalid',
      'REDIS_URL is not a Redis address',
      `${error.message}.`,
      error.remedy,
    )
  }
}

function readKeys(env: Variables): SealingKeys {
  const found = Object.keys(env).flatMap((name) => {
    const id = /^FORAGE_SEAL_KEY_(\d+)$/.exec(name)?.[1]
    const key = variable(env, name)
    return id === undefined || key === undefined ? [] : [{ id: Number(id), key }]
  })
  const newest = Math.max(...found.map(({ id }) => id))
  const current = variable(env, 'FORAGE_SEAL_KEY_CURRENT') ?? `k${newest}`
  if (found.length > 0) {
    return { ...Object.fromEntries(found.map(({ id, key }) => [`k${id}`, key])), current }
  }
  throw new Misconfiguration(
    'keys-missing',
    'REDIS_URL is set without FORAGE_SEAL_KEY_1',
    'Tokens in Redis are sealed, and can be read only with the key that your servers use.',
    'Set FORAGE_SEAL_KEY_1 as on the servers; `openssl rand -base64 32` creates a first key.',
  )
}
