import { flushCompileCache } from 'node:module'

import { createForageServer, type ServerClock, type TokenStore } from '../../src/index.ts'
import { clientId, clientSecret } from '../fixtures/upstream-stub.ts'
import type { Call, Calls } from './fleet.ts'

type Answers = {
  [Name in keyof Calls]: (...args: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>>
}

/** Runs a merchant's server in this process, and answers the calls of the test that started it. */
export async function answerCalls(shared: TokenStore, apiUrl: string): Promise<void> {
  /** The time that the test has added to the real time. */
  let ahead = 0
  const clock: ServerClock = {
    now: () => Date.now() + ahead,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  }
  const store: TokenStore = { ...shared, now: async () => (await shared.now!()) + ahead }
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    pools: { web: { lifetimeSeconds: 604_800 } },
    store,
    clock,
  })
  forage.on((event) => process.send!({ event }))
  answer({
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
  })
  await warm(shared)
  process.send!({ event: { type: 'ready' } })
}

function answer(calls: Answers): void {
  process.on('message', ({ id, name, args }: Call) => {
    const call = calls[name] as (...values: unknown[]) => Promise<unknown>
    call(...args).then(
      (result) => process.send!({ id, result }),
      (error: unknown) => process.send!({ id, error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** Waits for one answer of the store. Next to nineteen others, the first compilation takes longer than an operation may. */
async function warm(store: TokenStore): Promise<void> {
  const answers = (): Promise<boolean> =>
    store.get('fst:1:{warm}:up').then(
      () => true,
      () => false,
    )
  while (!(await answers()));
  // The next process uses the code that this one compiled.
  flushCompileCache()
}
