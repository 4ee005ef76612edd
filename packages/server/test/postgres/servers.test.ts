import { createEmulator, type Emulator } from '@forage-session/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { createForageServer, type ForageServer } from '../../src/index.ts'
import type { PostgresStoreOptions } from '../../src/postgres.ts'
import { eventually } from './eventually.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore } from './stores.ts'

let server: PostgresServer

beforeAll(async () => {
  if (hasPostgres) server = await PostgresServer.start()
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(async () => {
  if (hasPostgres) await server.sql('DROP TABLE IF EXISTS forage_token_slots')
})

interface Shop extends AsyncDisposable {
  emulator: Emulator
  servers: ForageServer[]
  tokens(): Promise<string[]>
  /** Sets the clock of both servers forward. */
  advance(ms: number): void
}

async function openShop(options: Partial<PostgresStoreOptions> = {}): Promise<Shop> {
  const emulator = createEmulator()
  const { clientId, clientSecret } = emulator
  let ahead = 0
  const stores = [
    await connectedStore(server, { max: 1 }, options),
    await connectedStore(server, { max: 1 }, options),
  ]
  const servers = stores.map((store) =>
    createForageServer({
      environment: { apiUrl: 'http://localhost:4010' },
      credentials: { clientId, clientSecret },
      store,
      fetch: (input, init) => emulator.fetch(new Request(input, init)),
      clock: {
        now: () => Date.now() + ahead,
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      },
    }),
  )
  return {
    emulator,
    servers,
    tokens: () => Promise.all(servers.map((each) => each.pool('web').getToken())),
    advance: (ms) => void (ahead += ms),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((each) => each.close()))
      await Promise.all(stores.map((store) => store.close!()))
    },
  }
}

describe.skipIf(!hasPostgres)('two servers with one PostgreSQL and the emulator', () => {
  it('two servers with a pool of one connection share one token, and both get the rotated one at once', async () => {
    await using shop = await openShop()
    const [before, ...same] = await shop.tokens()
    expect(same).toEqual([before])
    await shop.servers[0]!.pool('web').rotate()
    // PostgreSQL notifies the other server, which serves its token from memory until then.
    await eventually(async () => expect((await shop.tokens())[1]).not.toBe(before))
    const after = await shop.tokens()
    expect(after[1]).toBe(after[0])
    expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 2 })
    expect(shop.servers.map((each) => each.health().degraded)).toEqual([[], []])
  })

  it('two servers without notifications get a rotated token by polling within 31 seconds', async () => {
    await using shop = await openShop({ listen: false })
    const [before] = await shop.tokens()
    await shop.servers[0]!.pool('web').rotate()
    expect((await shop.tokens())[1]).toBe(before)
    shop.advance(31_000)
    const after = await shop.tokens()
    expect(after[1]).not.toBe(before)
    expect(after[1]).toBe(after[0])
  })

  it('after PostgreSQL terminated every connection, calls succeed and the servers listen again', async () => {
    await using shop = await openShop()
    const [token] = await shop.tokens()
    await server.terminate()
    shop.advance(31_000)
    expect(await shop.tokens()).toEqual([token, token])
    await eventually(async () => {
      for (const each of shop.servers) expect(each.health().degraded).toEqual([])
    })
  })

  it('without the table, callers are served, and `degraded` has the SQLSTATE', async () => {
    await using shop = await openShop()
    await server.sql('DROP TABLE forage_token_slots')
    const [forage] = shop.servers
    await forage!.pool('web').getToken()
    expect(forage!.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the token store does not answer (42P01)'],
    })
    await expect(forage!.pool('web').rotate()).rejects.toMatchObject({
      code: 'store_unavailable',
      remedy: expect.stringContaining('Call createTable()') as string,
    })
  })
})
