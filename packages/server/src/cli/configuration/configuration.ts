import { resolveOptions, type PoolOptions, type ResolvedOptions } from '../../server/server-options.ts'
import type { ClientCredentials } from '../../shared/credentials.ts'
import { createSealer, type SealingKeys } from '../../store/sealing.ts'
import type { CustomEnvironment, Environment } from '../../upstream/environments.ts'
import { poolVariable, variable, type Variables } from './environment-variables.ts'
import { finding, type Finding } from './finding.ts'

export interface Configuration {
  environment: Environment
  credentials: ClientCredentials
  pools: Record<string, PoolOptions>
  resolved: ResolvedOptions
  merchantAccount: string | undefined
  redis: { url: string; keys: SealingKeys } | undefined
}

export type ReadConfiguration =
  | { ok: true; configuration: Configuration }
  | { ok: false; findings: Finding[] }

/** What the variables say, or everything that is wrong with them. */
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
  const redis = note(() => readRedis(env))
  const resolved =
    environment && credentials && pools && note(() => resolveOptions({ environment, credentials, pools }))
  if (!resolved || findings.length > 0) return { ok: false, findings }
  const merchantAccount = variable(env, 'FORAGE_MERCHANT_ID')
  return { ok: true, configuration: { environment, credentials, pools, resolved, merchantAccount, redis } }
}

class Misconfiguration extends Error {
  readonly finding: Finding
  constructor(id: string, ...texts: [what: string, why: string, remedy: string]) {
    super(texts[0])
    this.finding = finding('error', id, texts)
  }
}

// The library's own checks say what is wrong in a sentence, and show no secret.
function misconfigured(error: unknown): Finding {
  if (error instanceof Misconfiguration) return error.finding
  if (!(error instanceof TypeError)) throw error
  return finding('error', 'configuration-invalid', [
    error.message,
    'createForageServer throws this sentence when a server starts with it.',
    'Correct the variable that the option comes from (forage-tokens --help lists them).',
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
  // What is wrong with an address is shown with the address.
  if (apiUrl && apiUrl.username + apiUrl.password === '') return { apiUrl: name, ...paths }
  if (name === 'sandbox' || name === 'production') return name
  throw new Misconfiguration(
    'environment-invalid',
    'FORAGE_ENVIRONMENT is neither "sandbox", "production" nor an origin',
    'A typing error here would send the client secret elsewhere.',
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
    `${names.filter((name) => variable(env, name) === undefined).join(' and ')} not set`,
    'Authentication tokens are obtained with them.',
    "Copy both from Forage's dashboard into this environment, never into a file that is committed.",
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
    'It names the pools as the option "pools" of createForageServer does.',
    'For example: FORAGE_POOLS=\'{"web":{},"kiosk":{"lifetimeSeconds":86400}}\'.',
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
    `Pool "${name}" asks for a lifetime that is not 86400 to 2592000 seconds`,
    'Forage issues tokens for 1 to 30 days.',
    'Leave lifetimeSeconds out (7 days), or choose a number in between.',
  )
}

function assertScope(name: string, scope: unknown): void {
  if (scope === undefined) return
  const parts = typeof scope === 'string' ? scope.split(' ') : []
  if (parts.length > 0 && parts.every((part) => scopes.has(part))) return
  throw new Misconfiguration(
    'scope-unknown',
    `Pool "${name}" asks for a scope that Forage does not have`,
    `The scopes are ${[...scopes].join(', ')}.`,
    'Leave scope out (pinpad_only), or correct it.',
  )
}

function readRedis(env: Variables): Configuration['redis'] {
  const url = variable(env, 'REDIS_URL')
  if (url === undefined) return undefined
  if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new Misconfiguration(
      'redis-url-invalid',
      'REDIS_URL is not an address of Redis',
      'It begins with redis:// or, with TLS, rediss://.',
      'For example: REDIS_URL=redis://localhost:6379.',
    )
  }
  const keys = readKeys(env)
  createSealer(keys)
  return { url, keys }
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
    'REDIS_URL is set, and no FORAGE_SEAL_KEY_1',
    'Tokens are sealed in Redis: without the key that your servers use nothing in there can be read.',
    'Set FORAGE_SEAL_KEY_1 as in the servers; `openssl rand -base64 32` makes a first one.',
  )
}
