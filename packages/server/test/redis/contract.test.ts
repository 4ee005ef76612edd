import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { redisStore } from '../../src/redis.ts'
import { describeTokenStore } from '../../src/testing.ts'
import { clients, clusterClients, connectedStore, keys, patientMs, sentinelClients } from './clients.ts'
import { RedisSentinels } from './redis-sentinels.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const testTools = { describe, test, expect }

describe.skipIf(!hasRedis)('with a real Redis:', () => {
  let server: RedisServer
  const open = (name: string) => connectedStore(name, server.port, patientMs)
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  for (const name of Object.keys(clients))
    describeTokenStore(`redisStore over ${name}`, () => open(name), testTools)
})

describe.skipIf(!hasRedis)('with a real cluster of one node:', () => {
  let server: RedisServer
  const open = (name: string) => connectedStore(name, server.port, patientMs)
  beforeAll(async () => {
    server = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
    await server.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    while (!(await server.cli('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  })
  afterAll(() => server[Symbol.asyncDispose]())

  for (const name of Object.keys(clusterClients))
    describeTokenStore(`redisStore over ${name}`, () => open(name), testTools)
})

describe.skipIf(!hasRedis)('with real Sentinels:', () => {
  let redis: RedisSentinels
  beforeAll(async () => {
    redis = await RedisSentinels.start()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  for (const [name, connect] of Object.entries(sentinelClients))
    describeTokenStore(
      `redisStore over ${name}`,
      async () => {
        const { client, close } = await connect(redis.options)
        const store = redisStore(client, { keys, timeoutMs: patientMs })
        return {
          ...store,
          close: async () => {
            await store.close?.()
            close()
          },
        }
      },
      testTools,
    )
})
