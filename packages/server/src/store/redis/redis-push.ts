import { untilAborted } from '../../shared/deadline.ts'
import type { RedisSubscriber } from './redis-subscriber.ts'

/** The listeners of one store. They share one connection, which is open while a listener exists. */
export class RedisPush {
  readonly #open: () => RedisSubscriber
  readonly #topic: string
  readonly #listeners = new Set<(key: string) => void>()
  #subscriber: RedisSubscriber | undefined
  #subscribed: Promise<void> | undefined

  constructor(open: () => RedisSubscriber, topic: string) {
    this.#open = open
    this.#topic = topic
  }

  /**
   * Adds a listener and returns the function that removes it. Rejects with the reason of `signal` or the client's error;
   * the listener is removed then.
   */
  async subscribe(listener: (key: string) => void, signal: AbortSignal): Promise<() => void> {
    const entry = (key: string): void => listener(key)
    this.#listeners.add(entry)
    try {
      this.#subscribed ??= this.#start()
      await untilAborted(this.#subscribed, signal)
    } catch (error) {
      this.#remove(entry)
      throw error
    }
    return () => this.#remove(entry)
  }

  close(): void {
    this.#listeners.clear()
    this.#stop()
  }

  /** Closes the connection: the application closed its own client, and this one must not keep the process alive. */
  pause(): void {
    this.#stop()
  }

  /** Opens the connection again for the listeners that remain. */
  resume(): void {
    if (this.#listeners.size === 0 || this.#subscribed) return
    this.#subscribed = this.#start()
    // Without it, instances poll.
    this.#subscribed.catch(() => {})
  }

  #start(): Promise<void> {
    this.#subscriber = this.#open()
    return this.#subscriber.subscribe(this.#topic, (key) => {
      for (const listener of this.#listeners) listener(key)
    })
  }

  #remove(entry: (key: string) => void): void {
    this.#listeners.delete(entry)
    if (this.#listeners.size === 0) this.#stop()
  }

  #stop(): void {
    const subscriber = this.#subscriber
    this.#subscriber = undefined
    this.#subscribed = undefined
    try {
      subscriber?.close()
    } catch {
      // Some clients throw if the connection is not open yet.
    }
  }
}
