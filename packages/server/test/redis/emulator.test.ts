import { createEmulator, type Emulator } from '@forage-session/emulator'
import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServer } from '../../src/index.ts'
import { connectedStore, patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const apiUrl = 'http://localhost:4010'

describe.skipIf(!hasRedis)('two servers with one Redis and the emulator', () => {
  it.each(['redis', 'ioredis', 'iovalkey'])(
    'two servers share one authentication token, and both get the rotated one (%s)',
    async (client) => {
      await using redis = await RedisServer.start()
      await using shop = await openShop(client, redis)
      await shop.mintAll()
      const [before, ...same] = await shop.tokens()
      expect(same).toEqual([before])
      expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 2 })

      await shop.servers[0]!.pool('web').rotate()
      // Redis notifies the other server, which serves its token from memory until then.
      let after = await shop.tokens()
      while (after[1] === before) {
        await new Promise(setImmediate)
        after = await shop.tokens()
      }
      expect(after[0]).not.toBe(before)
      expect(after[1]).toBe(after[0])
      await shop.mintAll()
      expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 2, sessionTokens: 4 })
    },
  )

  it('two servers whose client cannot subscribe share one token by polling', async () => {
    await using redis = await RedisServer.start()
    await using shop = await openShop('a client of two methods', redis)
    const gate = Promise.withResolvers<void>()
    shop.beforeAnswer = () => gate.promise
    const minting = shop.mintAll()
    await shop.requested
    gate.resolve()
    await minting
    expect(shop.emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 2 })
  })
})

interface Shop extends AsyncDisposable {
  emulator: Emulator
  servers: ForageServer[]
  mintAll(): Promise<unknown>
  tokens(): Promise<string[]>
  /** Resolves at the first request. */
  requested: Promise<void>
  beforeAnswer: () => Promise<void>
}

async function openShop(client: string, redis: RedisServer): Promise<Shop> {
  const emulator = createEmulator()
  const { clientId, clientSecret, merchants } = emulator
  const requested = Promise.withResolvers<void>()
  const connect = () => connectedStore(client, redis.port, patientMs)
  const stores = [await connect(), await connect()]
  const servers = stores.map((store) =>
    createForageServer({
      environment: { apiUrl },
      credentials: { clientId, clientSecret },
      store,
      fetch: async (input, init) => {
        requested.resolve()
        await shop.beforeAnswer()
        return emulator.fetch(new Request(input, init))
      },
    }),
  )
  const merchantAccount = `mid/${merchants[0]!.id}`
  const shop: Shop = {
    emulator,
    servers,
    mintAll: () => Promise.all(servers.map((server) => server.mintSessionToken({ merchantAccount }))),
    tokens: () => Promise.all(servers.map((server) => server.pool('web').getToken())),
    requested: requested.promise,
    beforeAnswer: async () => {},
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.close()))
      await Promise.all(stores.map(async (store) => store.close?.()))
    },
  }
  return shop
}
