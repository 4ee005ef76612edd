import { createTokenProbe, type TokenVerdict } from '../../pool/token-probe.ts'
import type { ForageServer } from '../../server/forage-server.ts'
import { fingerprint } from '../../shared/fingerprint.ts'
import { memoryStore } from '../../store/memory-store.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { openStore } from '../fleet/opened-store.ts'
import { serverOf } from '../fleet/fleet-member.ts'

/** Instances that share a store, with two pools of their own: nobody else's tokens are touched. */
export interface DrillFleet extends AsyncDisposable {
  instances: readonly ForageServer[]
  /** Names of the pools: the one that leaks, and one that must not notice. */
  leaking: string
  other: string
  store: 'redis' | 'memory'
  /** Each checkout in turn comes to the next instance. */
  checkout(pool: string): Promise<string>
  /** Whether the API takes a session token. */
  use(sessionToken: string): Promise<TokenVerdict>
  /** Whether the API takes an authentication token. */
  probe(token: string): Promise<TokenVerdict>
}

const instanceCount = 3

export async function openDrillFleet(
  configuration: Configuration,
  merchantAccount: string,
): Promise<DrillFleet> {
  const { environment, credentials, resolved } = configuration
  const opened = configuration.redis && (await openStore(configuration))
  const store = opened?.store ?? memoryStore({ singleInstance: true })
  const mark = fingerprint(crypto.randomUUID())
  const [leaking, other] = [`drill-${mark}-leaking`, `drill-${mark}-other`]
  const lifetimeSeconds = 86_400
  const pools = { [leaking]: { lifetimeSeconds }, [other]: { lifetimeSeconds } }
  const instances = Array.from({ length: instanceCount }, () =>
    serverOf({ environment, credentials, pools }, store),
  )
  const { sessionTokenUrl } = resolved.endpoints
  const probe = createTokenProbe({ sessionTokenUrl, clock: resolved.clock, fetch: resolved.fetch })
  let turn = 0
  return {
    instances,
    leaking,
    other,
    store: opened ? 'redis' : 'memory',
    probe: (token) => probe(token, merchantAccount),
    use: (token) => useSessionToken(configuration, merchantAccount, token),
    checkout: async (pool) => {
      const instance = instances[turn++ % instanceCount]!
      return (await instance.mintSessionToken({ pool, merchantAccount })).token
    },
    async [Symbol.asyncDispose]() {
      for (const pool of [leaking, other]) await clearAway(instances[0]!, pool)
      await Promise.all(instances.map((instance) => instance.close()))
      await opened?.[Symbol.asyncDispose]()
    },
  }
}

/** Leaves no live token: frozen, a compromised pool gets no new one. */
async function clearAway(instance: ForageServer, pool: string): Promise<void> {
  const reason = 'end of a drill'
  try {
    await instance.pool(pool).freeze({ reason })
    await instance.pool(pool).compromise({ reason })
    await instance.pool(pool).thaw()
  } catch {
    // What is left ends by itself within a day.
  }
}

/** A card that there is not: 404 with a good token, 401 with a dead one. */
async function useSessionToken(
  { resolved }: Configuration,
  merchantAccount: string,
  token: string,
): Promise<TokenVerdict> {
  const headers = { authorization: `Bearer ${token}`, 'merchant-account': merchantAccount }
  const url = `${resolved.endpoints.apiUrl}/api/payment_methods/0000000000/`
  try {
    const { status } = await resolved.fetch(url, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    if (status === 401) return 'refused'
    return status === 429 || status >= 500 ? 'unknown' : 'accepted'
  } catch {
    return 'unknown'
  }
}
