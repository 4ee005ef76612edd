import { untilAborted } from '../../shared/deadline.ts'
import { received } from '../../shared/received.ts'

/** A client, cluster or pool of node-redis (`redis`). */
export interface NodeRedisClient {
  /** Redis's `EVAL`. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  /** Redis's `EVALSHA`. */
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** A client or cluster of ioredis or iovalkey. */
export interface IoRedisClient {
  /** Redis's `EVAL`. */
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  /** Redis's `EVALSHA`. */
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  /** Identifies these clients; it is never called. */
  defineCommand(...definition: never[]): unknown
}

/** Any other client with these two methods. Replies are strings, numbers, null, and arrays of these. */
export interface RedisScripting {
  /** Redis's `EVAL`. */
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
  /** Redis's `EVALSHA`. */
  evalsha(sha1: string, keys: string[], args: string[]): Promise<unknown>
}

/** A client that `redisStore` accepts. */
export type RedisClient = NodeRedisClient | IoRedisClient | RedisScripting

/** One interface to all clients. A command whose signal aborts is not sent later, if the client allows that. */
export interface RedisConnection {
  eval(script: string, keys: string[], args: string[], signal: AbortSignal): Promise<unknown>
  evalSha(sha1: string, keys: string[], args: string[], signal: AbortSignal): Promise<unknown>
}

/** Wraps a client in the common interface. Throws `TypeError` for any other value. */
export function redisConnection(client: RedisClient): RedisConnection {
  const {
    eval: evaluate,
    evalSha,
    evalsha,
    defineCommand,
  } = (client ?? {}) as Partial<Record<'eval' | 'evalSha' | 'evalsha' | 'defineCommand', unknown>>
  if (typeof evaluate === 'function' && typeof evalSha === 'function')
    return nodeRedisConnection(client as NodeRedisClient)
  if (typeof evaluate === 'function' && typeof evalsha === 'function')
    return typeof defineCommand === 'function'
      ? ioRedisConnection(client as IoRedisClient)
      : scriptingConnection(client as RedisScripting)
  throw new TypeError(
    `"client" must be a client of redis, ioredis or iovalkey, or have the methods "eval" and "evalsha", got ${received(client)}`,
  )
}

function nodeRedisConnection(client: NodeRedisClient): RedisConnection {
  // The signal removes an aborted command from the client's offline queue.
  const { withAbortSignal } = client as { withAbortSignal?: (signal: AbortSignal) => NodeRedisClient }
  const abortable = (signal: AbortSignal): NodeRedisClient => withAbortSignal?.call(client, signal) ?? client
  return {
    eval: (script, keys, args, signal) => abortable(signal).eval(script, { keys, arguments: args }),
    evalSha: (sha1, keys, args, signal) => abortable(signal).evalSha(sha1, { keys, arguments: args }),
  }
}

function ioRedisConnection(client: IoRedisClient): RedisConnection {
  const connected = untilConnected(client)
  return {
    async eval(script, keys, args, signal) {
      await connected(signal)
      return client.eval(script, keys.length, ...keys, ...args)
    },
    async evalSha(sha1, keys, args, signal) {
      await connected(signal)
      return client.evalsha(sha1, keys.length, ...keys, ...args)
    },
  }
}

/**
 * Returns a function that waits until the client is connected. These clients send their queue when they connect,
 * however late: it could hold a lease that its owner gave up. So no command is sent before.
 */
function untilConnected(client: IoRedisClient): (signal: AbortSignal) => Promise<void> | undefined {
  const { status, once } = client as { status?: string; once?: unknown }
  if (typeof status !== 'string' || typeof once !== 'function') return () => undefined
  const emitter = client as unknown as { status: string; once(event: 'ready', run: () => void): void }
  // All waiting commands share one listener.
  let ready: Promise<void> | undefined
  return (signal) => {
    if (!connecting.has(emitter.status)) return undefined
    ready ??= new Promise<void>((resolve) => emitter.once('ready', resolve)).finally(() => {
      ready = undefined
    })
    return untilAborted(ready, signal)
  }
}

// Without `wait`, because the first command connects the client, and `end`, because the client rejects at once.
const connecting = new Set(['connecting', 'connect', 'close', 'reconnecting'])

function scriptingConnection(client: RedisScripting): RedisConnection {
  return {
    eval: (script, keys, args) => client.eval(script, keys, args),
    evalSha: (sha1, keys, args) => client.evalsha(sha1, keys, args),
  }
}
