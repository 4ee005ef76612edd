import { redisStore, type RedisClient, type RedisScripting } from '../../src/redis.ts'
import type { TokenStore } from '../../src/store/token-store.ts'

export const keys = { current: 'test', test: Buffer.alloc(32, 7).toString('base64') }

/** A client that has answered at least once. */
export interface Connected {
  client: RedisClient
  close(): void
}

/**
 * Each client as its documentation creates it, with all defaults, such as the offline queue. A process needs only one
 * of them, so each is loaded when it is used.
 */
export const clients: Record<string, (port: number) => Promise<Connected>> = {
  async redis(port) {
    const { createClient } = await import('redis')
    const client = createClient({ socket: { host: '127.0.0.1', port } })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async ioredis(port) {
    const { Redis } = await import('ioredis')
    const client = new Redis(port, '127.0.0.1')
    client.on('error', () => {})
    await client.ping()
    return { client, close: () => client.disconnect() }
  },
  async iovalkey(port) {
    const { Redis } = await import('iovalkey')
    const client = new Redis(port, '127.0.0.1')
    client.on('error', () => {})
    await client.ping()
    return { client, close: () => client.disconnect() }
  },
  /** A client with two methods, like a client over HTTP. */
  async 'a client of two methods'(port) {
    const { Redis } = await import('ioredis')
    const client = new Redis(port, '127.0.0.1')
    client.on('error', () => {})
    await client.ping()
    const scripting: RedisScripting = {
      eval: (script, names, args) => client.eval(script, names.length, ...names, ...args),
      evalsha: (sha1, names, args) => client.evalsha(sha1, names.length, ...names, ...args),
    }
    return { client: scripting, close: () => client.disconnect() }
  },
}

/** Clients of a cluster. */
export const clusterClients: Record<string, (port: number) => Promise<Connected>> = {
  async 'a cluster of redis'(port) {
    const { createCluster } = await import('redis')
    const client = createCluster({ rootNodes: [{ socket: { host: '127.0.0.1', port } }] })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async 'a cluster of ioredis'(port) {
    const { Cluster } = await import('ioredis')
    const client = new Cluster([{ host: '127.0.0.1', port }])
    client.on('error', () => {})
    await client.ping()
    return { client, close: () => client.disconnect() }
  },
  async 'a cluster of iovalkey'(port) {
    const { Cluster } = await import('iovalkey')
    const client = new Cluster([{ host: '127.0.0.1', port }])
    client.on('error', () => {})
    await client.ping()
    return { client, close: () => client.disconnect() }
  },
}

interface SentinelOptions {
  name: string
  sentinels: { host: string; port: number }[]
}

/** Clients that find the master through Sentinels. */
export const sentinelClients: Record<string, (options: SentinelOptions) => Promise<Connected>> = {
  async 'a Sentinel client of redis'({ name, sentinels }) {
    const { createSentinel } = await import('redis')
    const client = createSentinel({ name, sentinelRootNodes: sentinels })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => void client.destroy() }
  },
  async 'a Sentinel client of ioredis'({ name, sentinels }) {
    const { Redis } = await import('ioredis')
    const client = new Redis({ name, sentinels })
    client.on('error', () => {})
    await client.ping()
    return { client, close: () => client.disconnect() }
  },
}

/**
 * Longer than any operation of a running Redis, even on a busy machine, so that a slow answer is no outage in tests that
 * are not about time.
 */
export const patientMs = 20_000

/** Creates a store with its own client. Closing the store closes both. `timeoutMs` defaults to the store's default. */
export async function connectedStore(name: string, port: number, timeoutMs?: number): Promise<TokenStore> {
  const connect = clients[name] ?? clusterClients[name]
  const { client, close } = await connect!(port)
  const store = redisStore(client, { keys, ...(timeoutMs !== undefined && { timeoutMs }) })
  return {
    ...store,
    close: async () => {
      await store.close?.()
      close()
    },
  }
}
