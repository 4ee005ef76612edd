import type { RedisClient } from './redis-client.ts'

/** A connection of its own, since one that has subscribed can do nothing else. */
export interface RedisSubscriber {
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  close(): void
}

interface NodeRedisSubscriber {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  destroy(): void
}

interface IoRedisSubscriber {
  on(event: 'error', listener: () => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  subscribe(channel: string): Promise<unknown>
  disconnect(): void
}

type Duplicable = { duplicate: (options?: object) => unknown; isCluster?: boolean }

/** How this client makes a second connection; undefined if it cannot, or cannot subscribe. */
export function subscriberOf(client: RedisClient): (() => RedisSubscriber) | undefined {
  const { duplicate, subscribe, evalSha, defineCommand } = client as unknown as Record<string, unknown>
  if (typeof duplicate !== 'function' || typeof subscribe !== 'function') return undefined
  const duplicable = client as unknown as Duplicable
  if (typeof evalSha === 'function') return () => nodeRedisSubscriber(duplicable)
  return typeof defineCommand === 'function' ? () => ioRedisSubscriber(duplicable) : undefined
}

function nodeRedisSubscriber(client: Duplicable): RedisSubscriber {
  const connection = client.duplicate() as NodeRedisSubscriber
  // Unheard, an `error` event ends the process. The client connects and subscribes again by itself.
  connection.on('error', () => {})
  return {
    async subscribe(channel, listener) {
      await connection.connect()
      await connection.subscribe(channel, listener)
    },
    close: () => connection.destroy(),
  }
}

function ioRedisSubscriber(client: Duplicable): RedisSubscriber {
  // Without its queue, a client that is not yet connected refuses to subscribe.
  const queue = { enableOfflineQueue: true, lazyConnect: false }
  const connection = (client.isCluster ? client.duplicate() : client.duplicate(queue)) as IoRedisSubscriber
  connection.on('error', () => {})
  return {
    async subscribe(channel, listener) {
      connection.on('message', (_channel, message) => listener(message))
      await connection.subscribe(channel)
    },
    close: () => connection.disconnect(),
  }
}
