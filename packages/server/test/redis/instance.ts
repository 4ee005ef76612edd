// One instance of a merchant's server in a separate process. `fleet.ts` starts it and sends it calls.
import { flushCompileCache } from 'node:module'

import { createForageServer, type ServerClock, type TokenStore } from '../../src/index.ts'
import { clientId, clientSecret } from '../fixtures/upstream-stub.ts'
import { connectedStore } from './clients.ts'
import type { Call, Calls, InstanceOptions } from './fleet.ts'

const {
  redisPort,
  redisTimeoutMs,
  client = 'ioredis',
  apiUrl,
} = JSON.parse(process.argv[2]!) as InstanceOptions

/** The time that the test has added to the real time. */
let ahead = 0
const clock: ServerClock = {
  now: () => Date.now() + ahead,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}
const redis = await connectedStore(client, redisPort, redisTimeoutMs)
const store: TokenStore = { ...redis, now: async () => (await redis.now!()) + ahead }
const forage = createForageServer({
  environment: { apiUrl },
  credentials: { clientId, clientSecret },
  pools: { web: { lifetimeSeconds: 604_800 } },
  store,
  clock,
})
forage.on((event) => process.send!({ event }))

const calls: {
  [Name in keyof Calls]: (...args: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>>
} = {
  getToken: () => forage.pool('web').getToken(),
  async getTokens(count) {
    const tokens = await Promise.all(Array.from({ length: count }, () => forage.pool('web').getToken()))
    return [...new Set(tokens)]
  },
  async mintSessionToken() {
    return (await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })).token
  },
  health: async () => forage.health(),
  async advance(ms) {
    ahead += ms
  },
}

process.on('message', ({ id, name, args }: Call) => {
  const call = calls[name] as (...values: unknown[]) => Promise<unknown>
  call(...args).then(
    (result) => process.send!({ id, result }),
    (error: unknown) => process.send!({ id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
// Wait until Redis has answered once. Next to nineteen others, the first compilation takes longer than an operation may.
const answers = (): Promise<boolean> =>
  redis.get('fst:1:{warm}:up').then(
    () => true,
    () => false,
  )
while (!(await answers()));
// The next process uses the code that this one compiled.
flushCompileCache()
process.send!({ event: { type: 'ready' } })
