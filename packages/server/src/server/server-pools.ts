import { createOAuthClient, type OAuthClientOptions } from '../oauth/oauth-client.ts'
import type { BackgroundWork } from '../pool/background-work.ts'
import { LocalToken } from '../pool/token-local.ts'
import { TokenPool } from '../pool/token-pool.ts'
import { createTokenProbe } from '../pool/token-probe.ts'
import type { TokenRenewalOptions } from '../pool/token-renewal.ts'
import { createCredentialsReader, type Credentials } from '../shared/credentials.ts'
import type { Emitter } from '../shared/events.ts'
import { received } from '../shared/received.ts'
import { OwnFailure } from '../slot/own-failure.ts'
import { SlotView } from '../slot/slot-view.ts'
import { limitedFetch } from '../upstream/upstream-limit.ts'
import type { PoolsOfClient } from './revocation-all.ts'
import type { ResolvedOptions, ResolvedPool } from './server-options.ts'

/** The pools of a server. */
export interface ServerPools {
  all: readonly TokenPool[]
  has(name: string): boolean
  /** Throws `TypeError` if no pool has this name. Default: the first pool. */
  get(name?: string): TokenPool
  /** The pools of each pair of credentials. */
  byClient: PoolsOfClient[]
}

/** When requests to Forage may be sent, and what the pools share. */
export interface PoolDependencies extends Pick<OAuthClientOptions, 'limit' | 'hold'> {
  emitter: Emitter
  background: BackgroundWork
}

export function createServerPools(options: ResolvedOptions, dependencies: PoolDependencies): ServerPools {
  const renewals = options.pools.map((pool) => renewalOptions(pool, options, dependencies))
  const all = renewals.map((renewal) => new TokenPool(renewal))
  const named = new Map(all.map((pool) => [pool.name, pool]))
  const get = (name = options.pools[0]!.name): TokenPool => named.get(name) ?? unknownPool(name)
  return {
    all,
    has: (name) => named.has(name),
    get,
    byClient: byClient(options.pools, renewals),
  }
}

function renewalOptions(
  pool: ResolvedPool,
  options: ResolvedOptions,
  { limit, hold, emitter, background }: PoolDependencies,
): TokenRenewalOptions {
  const { endpoints, clientAuth, clock, fetch, random, store } = options
  const { name, scope, lifetimeSeconds } = pool
  const { tokenUrl, sessionTokenUrl } = endpoints
  const credentials = createCredentialsReader(pool.credentials, pool.credentialsOption, clock)
  const slot = new SlotView({ pool: name, tokenUrl, scope, credentials, store, emitter, clock })
  const oauth = createOAuthClient({
    endpoints,
    credentials,
    clientAuth,
    scope,
    lifetimeSeconds,
    clock,
    fetch,
    limit,
    hold,
  })
  const local = new LocalToken({ pool: name, slot, oauth, emitter, clock, random, background })
  const probe = createTokenProbe({
    sessionTokenUrl,
    clock,
    fetch: limitedFetch(fetch, hold.over(limit)),
    hold,
  })
  const lifetimeMs = lifetimeSeconds * 1000
  const own = new OwnFailure(clock)
  return { pool: name, slot, oauth, probe, local, own, lifetimeMs, emitter, clock, random, background }
}

function byClient(pools: readonly ResolvedPool[], renewals: readonly TokenRenewalOptions[]): PoolsOfClient[] {
  const clients = new Map<Credentials, TokenRenewalOptions[]>()
  for (const [i, { credentials }] of pools.entries()) {
    clients.set(credentials, [...(clients.get(credentials) ?? []), renewals[i]!])
  }
  return [...clients.values()]
}

function unknownPool(name: string): never {
  throw new TypeError(`Option "pool" must be one of the names in "pools", got ${received(name)}`)
}
