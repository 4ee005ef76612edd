import { inspect } from 'node:util'

import { Redis as IoRedis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { redisStore, RedisStoreError } from '../../src/redis.ts'
import type { TokenStore } from '../../src/store/token-store.ts'
import { clients, connectedStore, keys, patientMs } from './clients.ts'
import { hasRedis, RedisServer } from './redis-server.ts'

const ttlMs = 60_000
const names = Object.keys(clients)

describe.skipIf(!hasRedis)('redisStore', () => {
  let server: RedisServer
  beforeEach(async () => {
    server = await RedisServer.start()
  })
  afterEach(() => server[Symbol.asyncDispose]())

  it.each(names)('over %s: a server that was restarted empty gets its scripts again', async (name) => {
    const store = await connectedStore(name, server.port, patientMs)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await server.cli('SCRIPT', 'FLUSH')
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    expect(await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: true })
    await store.close?.()
  })

  it.each(names)('over %s: an operation while the server is gone fails within its time', async (name) => {
    const store = await connectedStore(name, server.port)
    await answering(store)
    await server.kill()
    const startedAt = performance.now()
    const operations = [
      store.get('k'),
      store.cas('k', null, 'secret value', { nextVersion: '1', ttlMs }),
      store.now!(),
    ]
    const results = await Promise.allSettled(operations)
    expect(performance.now() - startedAt).toBeLessThan(4000)
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'RedisStoreError' } })
      expect(inspect(result, { depth: 9, showHidden: true })).not.toContain('secret value')
    }
    await store.close?.()
  })

  it.each(names)('over %s: it works again as soon as the server is back', async (name) => {
    const { client, close } = await clients[name]!(server.port)
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    await store.get('k')
    await server.kill()
    await server.start()
    // A connection that has just been lost may take the first operation with it.
    await store.get('k').catch(() => {})
    expect(await store.get('k')).toBeNull()
    close()
  })

  it.each(['redis', 'ioredis', 'iovalkey'])(
    'over %s: a subscription outlives the server, and its connection ends with the last listener',
    async (name) => {
      const store = await connectedStore(name, server.port, patientMs)
      const told = Promise.withResolvers<string>()
      const unsubscribe = await store.subscribe!(told.resolve)
      await server.kill()
      await server.start()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(1))
      await eventually(async () => void (await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })))
      expect(await told.promise).toBe('k')
      unsubscribe()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(0))
      await store.close?.()
    },
  )

  it.each(['redis', 'ioredis', 'iovalkey'])(
    'over %s: who cannot subscribe is told so in time, and nothing stays open',
    async (name) => {
      const store = await connectedStore(name, server.port)
      await answering(store)
      await server.kill()
      await expect(store.subscribe!(() => {})).rejects.toThrow(RedisStoreError)
      await server.start()
      await answering(store)
      expect(await pubSubConnections(server)).toBe(0)
      await store.close?.()
    },
  )

  it('keeps a value as long as it was told to', async () => {
    const store = await connectedStore('redis', server.port, patientMs)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(Number(await server.cli('PTTL', 'k'))).toBeGreaterThan(ttlMs - 5000)
    await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs: 2 * ttlMs })
    expect(Number(await server.cli('PTTL', 'k'))).toBeGreaterThan(2 * ttlMs - 5000)
    await store.close?.()
  })

  it("has the server's clock", async () => {
    const store = await connectedStore('redis', server.port, patientMs)
    const [seconds, microseconds] = (await server.cli('TIME')).split('\n').map(Number)
    const now = await store.now!()
    expect(now).toBeGreaterThanOrEqual(Math.floor(seconds! * 1000 + microseconds! / 1000))
    expect(now).toBeLessThan(seconds! * 1000 + 5000)
    await store.close?.()
  })

  it('tells of changes by the key it was asked for, also where the client adds a prefix', async () => {
    const client = new IoRedis(server.port, '127.0.0.1', { keyPrefix: 'shop:' })
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    const told = Promise.withResolvers<string>()
    await store.subscribe!(told.resolve)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(await told.promise).toBe('k')
    expect(await server.cli('EXISTS', 'shop:k')).toBe('1')
    await store.close?.()
    client.disconnect()
  })

  it('writes also as a user who may not publish', async () => {
    await server.cli('ACL', 'SETUSER', 'mute', 'on', '>pass-word', '~*', '+@all', 'resetchannels')
    const client = new IoRedis(server.port, '127.0.0.1', { username: 'mute', password: 'pass-word' })
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    expect(await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    client.disconnect()
  })

  it("says in one word what Redis answered, and nothing of the command or the client's password", async () => {
    await server.cli('CONFIG', 'SET', 'requirepass', 'pass-word')
    await server.cli('-a', 'pass-word', 'CONFIG', 'SET', 'maxmemory', '1')
    const client = new IoRedis(server.port, '127.0.0.1', { password: 'pass-word' })
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    const write = store.cas('k', null, 'secret value', { nextVersion: '1', ttlMs })
    const error = await write.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RedisStoreError)
    expect(error).toMatchObject({ code: 'OOM', message: 'Redis answered OOM' })
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
    expect(shown).not.toMatch(/secret value|pass-word/)
    client.disconnect()
  })

  it.each(['redis', 'ioredis', 'iovalkey'])(
    'over %s: a write that was given up on is not sent when the server is back',
    async (name) => {
      const { client, close } = await clients[name]!(server.port)
      const store = redisStore(client, { keys, timeoutMs: 50 })
      await server.kill()
      // The first may be on its way when the connection breaks.
      await store.get('k').catch(() => {})
      const write = store.cas('k', null, 'late', { nextVersion: '1', ttlMs })
      await expect(write).rejects.toThrow(RedisStoreError)
      await server.start()
      await eventually(async () => expect(await store.get('another')).toBeNull())
      expect(await server.cli('EXISTS', 'k')).toBe('0')
      close()
    },
  )
})

/** Resolves when it has answered once within its time: on a busy machine that may take some. */
async function answering(store: TokenStore): Promise<void> {
  await eventually(async () => void (await store.get('k')))
}

async function pubSubConnections(server: RedisServer): Promise<number> {
  const list = await server.cli('CLIENT', 'LIST', 'TYPE', 'PUBSUB')
  return list.split('\n').filter(Boolean).length
}

/** Asks again until it holds; the test's own deadline ends it otherwise. */
async function eventually(holds: () => Promise<void>): Promise<void> {
  for (;;) {
    const isMet = await holds().then(
      () => true,
      () => false,
    )
    if (isMet) return
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
