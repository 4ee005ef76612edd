import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServerEvent } from '../../src/index.ts'
import { clientId, clientSecret } from '../fixtures/upstream-stub.ts'
import { connectedStore, keys, patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'
import { UpstreamServer } from './upstream-server.ts'

const minute = 60_000

describe.skipIf(!hasRedis)('tokens at rest', () => {
  it('no dump, key, value or command in Redis contains a token or a secret', async () => {
    await using redis = await RedisServer.start()
    await using upstream = await UpstreamServer.start()
    let ahead = 0
    const store = await connectedStore('redis', redis.port, patientMs)
    const forage = createForageServer({
      environment: { apiUrl: upstream.apiUrl },
      credentials: { clientId, clientSecret },
      store,
      clock: {
        now: () => Date.now() + ahead,
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      },
    })
    const events: ForageServerEvent[] = []
    forage.on((event) => events.push(event))
    await redis.cli('CONFIG', 'SET', 'slowlog-log-slower-than', '0')
    await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
    ahead += minute
    // One token is current and one is draining.
    await forage.pool('web').rotate()
    await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
    const names = (await redis.cli('KEYS', '*')).split('\n')
    const values = await Promise.all(names.map((name) => redis.cli('HGETALL', name)))
    const held = [await redis.dump(), ...names, ...values, await redis.cli('SLOWLOG', 'GET', '-1')]
    const shown = [inspect(forage, { depth: 9, showHidden: true }), JSON.stringify(events)]
    shown.push(inspect(store, { depth: 9, showHidden: true }), JSON.stringify(await store.get(names[0]!)))
    // The dump contains readable values, so the search below would find a token.
    expect(values.join()).toContain('"draining":[{"')
    expect(held[0]).toContain('"draining":[{"')
    expect(upstream.issued).toHaveLength(2)
    for (const secret of [
      ...upstream.issued,
      clientSecret,
      keys.test,
      Buffer.from(clientSecret).toString('base64'),
    ])
      for (const text of [...held, ...shown]) expect(text).not.toContain(secret)
    await forage.close()
    await store.close?.()
  })
})
