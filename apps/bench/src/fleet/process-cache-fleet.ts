import { lifetimeSeconds, type CreateFleet, type World } from './fleet-under-test.ts'
import { instances, type Pool } from './year.ts'

const bufferMs = 60_000
const origin = 'https://api.sandbox.joinforage.app'

/**
 * Creates a fleet with the usual cache. Each process keeps a token in memory, replaces it 60 s before its expiry or
 * after a 401, and retries once. After a leak, the owner revokes every token of the client, because no process knows
 * which tokens belong to a pool.
 */
export const processCacheFleet: CreateFleet = (world) => {
  const start = (): Caches => ({ web: new TokenCache(world), ios: new TokenCache(world) })
  const fleet = Array.from({ length: instances }, start)
  return {
    checkout: (instance, pool) => fleet[instance]![pool].mintSessionToken(pool),
    replace: async (instance) => void (fleet[instance] = start()),
    compromise: () => revokeEverything(world),
  }
}

/** Creates the best fleet of this kind: all processes share one cache that costs nothing and never fails. */
export const sharedCacheFleet: CreateFleet = (world) => {
  const caches: Caches = { web: new TokenCache(world), ios: new TokenCache(world) }
  return {
    checkout: (_, pool) => caches[pool].mintSessionToken(pool),
    replace: async () => {},
    compromise: () => revokeEverything(world),
  }
}

type Caches = Record<Pool, TokenCache>

async function revokeEverything({ api }: World): Promise<void> {
  const body = JSON.stringify({ client_id: 'id', client_secret: 'secret', revoke_count: 1000 })
  await api.fetch(new Request(`${origin}/o/bulk_revoke/`, { method: 'POST', body }))
}

class TokenCache {
  readonly #world: World
  #token: { value: string; expiresAt: number } | undefined
  #request: Promise<string> | undefined

  constructor(world: World) {
    this.#world = world
  }

  async mintSessionToken(pool: Pool): Promise<void> {
    const token = await this.#get()
    const first = await this.#mint(token, pool)
    if (first !== 401) return assertOk(first)
    if (this.#token?.value === token) this.#token = undefined
    assertOk(await this.#mint(await this.#get(), pool))
  }

  async #get(): Promise<string> {
    const { time } = this.#world
    if (this.#token && time.now() < this.#token.expiresAt - bufferMs) return this.#token.value
    this.#request ??= this.#fetchToken().finally(() => (this.#request = undefined))
    return this.#request
  }

  async #fetchToken(): Promise<string> {
    const { time, api } = this.#world
    const requestedAt = time.now()
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      expiration_time: String(lifetimeSeconds),
    })
    const response = await api.fetch(new Request(`${origin}/o/token/`, { method: 'POST', body }))
    assertOk(response.status)
    const answer = (await response.json()) as { access_token: string; expires_in: number }
    this.#token = { value: answer.access_token, expiresAt: requestedAt + answer.expires_in * 1000 }
    return answer.access_token
  }

  async #mint(token: string, pool: Pool): Promise<number> {
    const headers = { authorization: `Bearer ${token}`, 'merchant-account': pool }
    const request = new Request(`${origin}/api/session_token/`, { method: 'POST', headers })
    return (await this.#world.api.fetch(request)).status
  }
}

function assertOk(status: number): void {
  if (status !== 200) throw new Error(`Forage answered ${status}`)
}
