import { startEmulator } from '@forage-session/emulator/node'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../src/shared/clock.ts'
import { slotKey } from '../../src/slot/slot-key.ts'
import { credentials, forageTokensHere } from '../cli/forage-tokens.ts'
import { createFixture } from '../fixtures/server-fixture.ts'
import { connectedStore, keys, patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

/** Mistakes of an operator, and the word with which Redis then answers a server. */
const mistakes: [word: string, make: (redis: RedisServer) => Promise<unknown>][] = [
  [
    'NOPERM',
    (redis) =>
      redis.cli('ACL', 'SETUSER', 'default', 'reset', 'on', 'nopass', '~*', '&*', '+@all', '-@scripting'),
  ],
  ['READONLY', (redis) => redis.cli('REPLICAOF', '127.0.0.1', '1')],
  ['OOM', (redis) => redis.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')],
]

describe.skipIf(!hasRedis)('a mistake in the operation of Redis', () => {
  it.each(mistakes)(
    '%s is in the event, in `degraded` and in the remedy, and every caller is served',
    async (word, make) => {
      await using redis = await RedisServer.start()
      const store = await connectedStore('redis', redis.port, patientMs)
      const { forage, eventsOf } = createFixture({ store, clock: systemClock() })
      await make(redis)
      await expect(forage.pool('web').getToken()).resolves.toBeDefined()
      expect(eventsOf('store-unavailable')).toMatchObject([{ code: word }])
      expect(forage.health()).toMatchObject({
        ready: true,
        degraded: [`Pool "web": the token store does not answer (${word})`],
      })
      await expect(forage.pool('web').rotate()).rejects.toMatchObject({
        code: 'store_unavailable',
        message: `The token store does not answer (${word})`,
        remedy: expect.not.stringContaining('given as `store`') as string,
      })
      await forage.close()
      await store.close?.()
    },
  )

  it.each(['redis', 'ioredis'])(
    'a password that changes while %s is connected is named, although its commands only time out',
    async (client) => {
      await using redis = await RedisServer.start()
      const store = await connectedStore(client, redis.port, 1000)
      const { forage, eventsOf } = createFixture({ store, clock: systemClock() })
      await redis.cli('CONFIG', 'SET', 'requirepass', 'new-password')
      await redis.cli('-a', 'new-password', 'CLIENT', 'KILL', 'TYPE', 'normal')
      await expect(forage.pool('web').getToken()).resolves.toBeDefined()
      expect(eventsOf('store-unavailable')[0]!.code).toMatch(/^(NOAUTH|WRONGPASS)$/)
      await forage.close()
      await store.close?.()
    },
  )

  it.each(mistakes)('`forage-tokens doctor` names %s and what to do', async (word, make) => {
    await using redis = await RedisServer.start('--appendonly', 'yes')
    const running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
    await make(redis)
    const { json, code } = await forageTokensHere(['doctor', '--json'], {
      ...credentials,
      FORAGE_ENVIRONMENT: running.url,
      FORAGE_MERCHANT_ID: running.emulator.merchants[0]!.id,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      FORAGE_SEAL_KEY_1: keys.test,
    })
    const found = json.findings!.find(({ id }) => id === 'store-refuses')!
    expect(found.what).toContain(`(${word})`)
    expect(found.remedy).toMatch(/^[A-Z].*\.$/)
    expect(code).toBe(1)
    await running.close()
  })

  it('a slot that another program overwrote is named by `forage-tokens status` and `doctor`', async () => {
    await using redis = await RedisServer.start('--appendonly', 'yes')
    const running = await startEmulator({ port: 0, switches: { requestLimit: 'off' } })
    const { FORAGE_CLIENT_ID: clientId, FORAGE_CLIENT_SECRET: clientSecret } = credentials
    const key = await slotKey({
      pool: 'web',
      tokenUrl: `${running.url}/o/token/`,
      clientId,
      scope: 'pinpad_only',
    })
    await redis.cli('HSET', key, 'v', 'odd', 'd', '{"v":2}')
    const env = {
      FORAGE_CLIENT_ID: clientId,
      FORAGE_CLIENT_SECRET: clientSecret,
      FORAGE_ENVIRONMENT: running.url,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      FORAGE_SEAL_KEY_1: keys.test,
    }
    const { stderr, code } = await forageTokensHere(['status'], env)
    expect(stderr).toContain('has a shape that this version does not know. Find out what else writes')
    expect(code).toBe(1)
    const { json } = await forageTokensHere(['doctor', '--json'], env)
    const found = json.findings!.find(({ id }) => id === 'slot-unreadable')!
    expect(found.what).toContain('UNREADABLE_SLOT')
    await running.close()
  })
})
