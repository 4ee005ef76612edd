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

  it.each(names)('with %s, the scripts are sent again to a Redis that lost them', async (name) => {
    const store = await connectedStore(name, server.port, patientMs)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await server.cli('SCRIPT', 'FLUSH')
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    expect(await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: true })
    await store.close?.()
  })

  it.each(names)('with %s, operations reject within their deadline while Redis is down', async (name) => {
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

  it.each(names)('with %s, operations work again as soon as Redis is back', async (name) => {
    const { client, close } = await clients[name]!(server.port)
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    await store.get('k')
    await server.kill()
    await server.start()
    // The first operation may fail with the connection that was just lost.
    await store.get('k').catch(() => {})
    expect(await store.get('k')).toBeNull()
    close()
  })

  it.each(['redis', 'ioredis', 'iovalkey'])(
    'with %s, a subscription survives a restart of Redis, and its connection closes with the last listener',
    async (name) => {
      const store = await connectedStore(name, server.port, patientMs)
      const notified = Promise.withResolvers<string>()
      const unsubscribe = await store.subscribe!(notified.resolve)
      await server.kill()
      await server.start()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(1))
      await eventually(async () => void (await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })))
      expect(await notified.promise).toBe('k')
      unsubscribe()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(0))
      await store.close?.()
    },
  )

  it.each(['redis', 'ioredis'])(
    'with %s, the connection of a subscription closes with the client, and opens again with it',
    async (name) => {
      const connected = await clients[name]!(server.port)
      const client = connected.client as unknown as { connect(): Promise<unknown>; quit(): Promise<unknown> }
      const store = redisStore(connected.client, { keys, timeoutMs: patientMs })
      const notified = Promise.withResolvers<string>()
      await store.subscribe!(notified.resolve)
      await client.quit()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(0))
      await client.connect()
      await eventually(async () => expect(await pubSubConnections(server)).toBe(1))
      await eventually(async () => void (await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })))
      expect(await notified.promise).toBe('k')
      await store.close?.()
      connected.close()
    },
  )

  it.each(['redis', 'ioredis', 'iovalkey'])(
    'with %s, subscribe rejects in time while Redis is down, and no connection stays open',
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

  it('a value is stored for its ttlMs', async () => {
    const store = await connectedStore('redis', server.port, patientMs)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(Number(await server.cli('PTTL', 'k'))).toBeGreaterThan(ttlMs - 5000)
    await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs: 2 * ttlMs })
    expect(Number(await server.cli('PTTL', 'k'))).toBeGreaterThan(2 * ttlMs - 5000)
    await store.close?.()
  })

  it('now() returns the time of Redis', async () => {
    const store = await connectedStore('redis', server.port, patientMs)
    const [seconds, microseconds] = (await server.cli('TIME')).split('\n').map(Number)
    const now = await store.now!()
    expect(now).toBeGreaterThanOrEqual(Math.floor(seconds! * 1000 + microseconds! / 1000))
    expect(now).toBeLessThan(seconds! * 1000 + 5000)
    await store.close?.()
  })

  it('a subscriber receives the key without the prefix that the client adds', async () => {
    const client = new IoRedis(server.port, '127.0.0.1', { keyPrefix: 'shop:' })
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    const notified = Promise.withResolvers<string>()
    await store.subscribe!(notified.resolve)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(await notified.promise).toBe('k')
    expect(await server.cli('EXISTS', 'shop:k')).toBe('1')
    await store.close?.()
    client.disconnect()
  })

  it('a user without the right to publish can write', async () => {
    await server.cli('ACL', 'SETUSER', 'mute', 'on', '>pass-word', '~*', '+@all', 'resetchannels')
    const client = new IoRedis(server.port, '127.0.0.1', { username: 'mute', password: 'pass-word' })
    const store = redisStore(client, { keys, timeoutMs: patientMs })
    expect(await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    client.disconnect()
  })

  it('RedisStoreError has the error word of Redis and contains no command and no password', async () => {
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
    'with %s, an aborted write is not sent when Redis is back',
    async (name) => {
      const { client, close } = await clients[name]!(server.port)
      const store = redisStore(client, { keys, timeoutMs: 50 })
      await server.kill()
      // The first operation may be sent when the connection breaks.
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

/** Resolves when the store has answered once within its deadline. That may take several tries on a busy machine. */
async function answering(store: TokenStore): Promise<void> {
  await eventually(async () => void (await store.get('k')))
}

async function pubSubConnections(server: RedisServer): Promise<number> {
  const list = await server.cli('CLIENT', 'LIST', 'TYPE', 'PUBSUB')
  return list.split('\n').filter(Boolean).length
}

/** Repeats an assertion until it holds. The timeout of the test ends it otherwise. */
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
