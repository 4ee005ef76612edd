import {
  createForageServer,
  memoryStore,
  type ForageServer,
  type ServerClock,
  type TokenStore,
} from '@forage-session/server'

import { lifetimeSeconds, type CreateFleet, type World } from './fleet-under-test.ts'
import { instances } from './year.ts'

interface Process {
  forage: ForageServer
  /** The pools that the process has used. */
  used: Set<string>
  /** Ends the process: its timers and requests never finish. */
  end(): void
}

/** Creates a fleet of `createForageServer` with its defaults, on one store. */
export const ourFleet: CreateFleet = (world) => {
  const store = sharedStore(world)
  const fleet = Array.from({ length: instances }, () => start(world, store))
  // At the first use of a slot, a thread hashes its name.
  const use = ({ forage, used }: Process, pool: string): ForageServer => {
    if (!used.has(pool)) world.time.expectThreads()
    used.add(pool)
    return forage
  }
  return {
    checkout: async (instance, pool) => {
      await use(fleet[instance]!, pool).mintSessionToken({ pool, merchantAccount: pool })
    },
    async replace(instance, why) {
      const old = fleet[instance]!
      fleet[instance] = start(world, store)
      if (why === 'crash') old.end()
      else await old.forage.close()
    },
    compromise: async (pool) => {
      await use(fleet[0]!, pool).pool(pool).compromise({ reason: 'simulation' })
    },
  }
}

function start({ time, api, random }: World, store: TokenStore): Process {
  let hasEnded = false
  const forage = createForageServer({
    environment: 'sandbox',
    credentials: { clientId: 'id', clientSecret: 'secret' },
    pools: { web: { lifetimeSeconds }, ios: { lifetimeSeconds } },
    store,
    random,
    clock: mortal(time, () => hasEnded),
    fetch: (input, init) => (hasEnded ? new Promise(() => {}) : api.fetch(new Request(input, init))),
  })
  const end = (): void => {
    hasEnded = true
  }
  return { forage, used: new Set(), end }
}

/** Returns a clock whose timers never run after the process has ended. */
function mortal(clock: ServerClock, hasEnded: () => boolean): ServerClock {
  return {
    now: () => clock.now(),
    setTimeout: (run, ms) => clock.setTimeout(() => hasEnded() || run(), ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  }
}

function sharedStore({ time, outages }: World): TokenStore {
  const store = memoryStore({ singleInstance: true })
  // All memory stores of a process share their slots, and each world begins without any.
  const world = crypto.randomUUID()
  const down = outages.filter(({ of }) => of === 'store')
  const assertUp = async (): Promise<void> => {
    const now = time.now()
    if (down.some(({ from, until }) => from <= now && now < until)) throw new Error('connection refused')
  }
  return {
    capabilities: store.capabilities,
    get: async (key) => assertUp().then(() => store.get(world + key)),
    cas: async (key, ...swap) => assertUp().then(() => store.cas(world + key, ...swap)),
  }
}
