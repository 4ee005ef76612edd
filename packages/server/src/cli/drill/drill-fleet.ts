import { createTokenProbe, type TokenVerdict } from '../../pool/token-probe.ts'
import { createForageServer, type ForageServer } from '../../server/forage-server.ts'
import { fingerprint } from '../../shared/fingerprint.ts'
import { memoryStore } from '../../store/memory-store.ts'
import { unredirectedFetch } from '../../upstream/unredirected-fetch.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { openStore } from '../fleet/open-store.ts'

/** Server instances that share a store. They use two separate pools, so no other token is touched. */
export interface DrillFleet extends AsyncDisposable {
  instances: readonly ForageServer[]
  /** Name of the pool whose token leaks. */
  leaking: string
  /** Name of the pool that must not be affected. */
  other: string
  store: 'redis' | 'postgres' | 'memory'
  /** Mints a session token. Each call uses the next instance in turn. */
  checkout(pool: string): Promise<string>
  /** Whether the API accepts a session token. */
  use(sessionToken: string): Promise<TokenVerdict>
  /** Whether the API accepts an authentication token. */
  probe(token: string): Promise<TokenVerdict>
}

const instanceCount = 3

export async function openDrillFleet(
  configuration: Configuration,
  merchantAccount: string,
): Promise<DrillFleet> {
  const { server, resolved, redis, database } = configuration
  const opened = (redis ?? database) && (await openStore(configuration))
  const store = opened?.store ?? memoryStore({ singleInstance: true })
  const mark = fingerprint(crypto.randomUUID())
  const [leaking, other] = [`drill-${mark}-leaking`, `drill-${mark}-other`]
  const lifetimeSeconds = 86_400
  const pools = { [leaking]: { lifetimeSeconds }, [other]: { lifetimeSeconds } }
  const instances = Array.from({ length: instanceCount }, () =>
    createForageServer({ ...server, pools, store }),
  )
  const { sessionTokenUrl } = resolved.endpoints
  const probe = createTokenProbe({ sessionTokenUrl, clock: resolved.clock, fetch: resolved.fetch })
  let turn = 0
  return {
    instances,
    leaking,
    other,
    store: storeName(configuration),
    probe: (token) => probe(token, merchantAccount),
    use: (token) => useSessionToken(configuration, merchantAccount, token),
    checkout: async (pool) => {
      const instance = instances[turn++ % instanceCount]!
      return (await instance.mintSessionToken({ pool, merchantAccount })).token
    },
    async [Symbol.asyncDispose]() {
      for (const pool of [leaking, other]) await removeTokens(instances[0]!, pool)
      await Promise.all(instances.map((instance) => instance.close()))
      await opened?.[Symbol.asyncDispose]()
    },
  }
}

function storeName({ redis, database }: Configuration): DrillFleet['store'] {
  if (redis) return 'redis'
  return database ? 'postgres' : 'memory'
}

/** Revokes every token of a pool. The pool is frozen meanwhile, so that the compromise mints no new token. */
async function removeTokens(instance: ForageServer, pool: string): Promise<void> {
  const reason = 'end of a drill'
  try {
    await instance.pool(pool).freeze({ reason })
    await instance.pool(pool).compromise({ reason })
    await instance.pool(pool).thaw()
  } catch {
    // The remaining tokens expire within a day.
  }
}

/** Reads a payment method that does not exist: the API answers 404 for a live token and 401 for a dead one. */
async function useSessionToken(
  { resolved }: Configuration,
  merchantAccount: string,
  token: string,
): Promise<TokenVerdict> {
  const headers = { authorization: `Bearer ${token}`, 'merchant-account': merchantAccount }
  const url = `${resolved.endpoints.apiUrl}/api/payment_methods/0000000000/`
  try {
    const signal = AbortSignal.timeout(10_000)
    const { status } = await unredirectedFetch(resolved.fetch, url, { headers, signal })
    if (status === 401) return 'refused'
    return status === 429 || status >= 500 ? 'unknown' : 'accepted'
  } catch {
    return 'unknown'
  }
}
