import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { describeTokenStore } from '../../src/testing.ts'
import { clients, connectedStore } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

describe.skipIf(!hasRedis)('on a real Redis:', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  for (const name of Object.keys(clients)) {
    describeTokenStore(`redisStore over ${name}`, () => connectedStore(name, server.port), {
      describe,
      test,
      expect,
    })
  }
})
