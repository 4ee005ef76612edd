import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { describeTokenStore } from '../../src/testing.ts'
import { clients, clusterClients, connectedStore, patientMs } from './clients.ts'
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
