import type { RedisClient } from './redis-client.ts'

/** A second connection, because a connection that has subscribed cannot send other commands. */
export interface RedisSubscriber {
  subscribe(topic: string, listener: (message: string) => void): Promise<void>
  close(): void
}

interface NodeRedisSubscriber {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  subscribe(topic: string, listener: (message: string) => void): Promise<unknown>
  /** A promise from a client of Sentinels. */
  destroy(): unknown
}

interface IoRedisSubscriber {
  on(event: 'error', listener: () => void): unknown
  on(event: 'message', listener: (topic: string, message: string) => void): unknown
  subscribe(topic: string): Promise<unknown>
  disconnect(): void
}

type Duplicable = { duplicate: (options?: object) => unknown; isCluster?: boolean }

/** Returns a function that opens a second connection, or undefined if the client cannot duplicate or subscribe. */
export function subscriberOf(client: RedisClient): (() => RedisSubscriber) | undefined {
  const { duplicate, subscribe, evalSha, defineCommand } = client as unknown as Record<string, unknown>
  if (typeof duplicate !== 'function' || typeof subscribe !== 'function') return undefined
  const duplicable = client as unknown as Duplicable
  if (typeof evalSha === 'function') return () => nodeRedisSubscriber(duplicable)
  return typeof defineCommand === 'function' ? () => ioRedisSubscriber(duplicable) : undefined
}

/** Calls `ended` when the application closes the client, and `ready` when it connects the client again. */
export function followClient(client: RedisClient, { ended, ready }: { ended(): void; ready(): void }): void {
  const { on } = client as { on?: unknown }
  if (typeof on !== 'function') return
  const emitter = client as unknown as { on(event: string, listener: () => void): unknown }
  // The cluster of node-redis has other names for both.
  for (const event of ['end', 'disconnect']) emitter.on(event, ended)
  for (const event of ['ready', 'connect']) emitter.on(event, ready)
}

function nodeRedisSubscriber(client: Duplicable): RedisSubscriber {
  const connection = client.duplicate() as NodeRedisSubscriber
  // An `error` event without a listener ends the process. The client reconnects and subscribes again automatically.
  connection.on('error', () => {})
  return {
    async subscribe(topic, listener) {
      await connection.connect()
      await connection.subscribe(topic, listener)
    },
    close() {
      Promise.resolve(connection.destroy()).catch(() => {})
    },
  }
}

function ioRedisSubscriber(client: Duplicable): RedisSubscriber {
  // A client without an offline queue refuses to subscribe before it is connected.
  const queue = { enableOfflineQueue: true, lazyConnect: false }
  const connection = (client.isCluster ? client.duplicate() : client.duplicate(queue)) as IoRedisSubscriber
  connection.on('error', () => {})
  return {
    async subscribe(topic, listener) {
      connection.on('message', (_topic, message) => listener(message))
      await connection.subscribe(topic)
    },
    close: () => connection.disconnect(),
  }
}
