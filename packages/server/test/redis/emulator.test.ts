import { createEmulator } from '@forage-session/emulator'
import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServer, type TokenStore } from '../../src/index.ts'
import { connectedStore } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const apiUrl = 'http://localhost:4010'

describe.skipIf(!hasRedis)('two servers on one Redis, before the emulator,', () => {
  it.each(['redis', 'ioredis', 'iovalkey'])(
    'share one authentication token, and both see that it was rotated (%s)',
    async (client) => {
      await using redis = await RedisServer.start()
      const emulator = createEmulator()
      const { clientId, clientSecret, merchants } = emulator
      const merchantAccount = `mid/${merchants[0]!.id}`
      const stores = [await connectedStore(client, redis.port), await connectedStore(client, redis.port)]
      const open = (store: TokenStore): ForageServer =>
        createForageServer({
          environment: { apiUrl },
          credentials: { clientId, clientSecret },
          store,
          fetch: async (input, init) => emulator.fetch(new Request(input, init)),
        })
      const servers = stores.map(open)
      const mintAll = (): Promise<unknown> =>
        Promise.all(servers.map((server) => server.mintSessionToken({ merchantAccount })))
      const tokens = (): Promise<string[]> =>
        Promise.all(servers.map((server) => server.pool('web').getToken()))
      await mintAll()
      const [before, ...same] = await tokens()
      expect(same).toEqual([before])
      expect(emulator.control.counts()).toMatchObject({ authenticationTokens: 1, sessionTokens: 2 })

      await servers[0]!.pool('web').rotate()
      // The other is told over its connection, and serves what it has in memory until then.
      let after = await tokens()
      while (after[1] === before) {
        await new Promise(setImmediate)
        after = await tokens()
      }
      expect(after[0]).not.toBe(before)
      expect(after[1]).toBe(after[0])
      await mintAll()
      expect(emulator.control.counts()).toMatchObject({ authenticationTokens: 2, sessionTokens: 4 })
      await Promise.all(servers.map((server) => server.close()))
      await Promise.all(stores.map(async (store) => store.close?.()))
    },
  )
})
