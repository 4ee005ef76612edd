import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasRedis, RedisServer } from './redis-server.ts'

const program = fileURLToPath(new URL('closing.ts', import.meta.url))

describe.skipIf(!hasRedis)('a process that closes its clients', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it.each(
    ['redis', 'ioredis', 'iovalkey'].flatMap((client) =>
      ['server and client', 'only the client'].map((closes) => [client, closes] as const),
    ),
  )('a process with %s ends after it has closed %s', async (client, closes) => {
    const args = ['--disable-warning=ExperimentalWarning', program, client, String(server.port), closes]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    expect(stdout.trim()).toBe('200')
  })
})
