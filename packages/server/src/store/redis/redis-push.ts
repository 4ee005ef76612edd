import { untilAborted } from '../../shared/until-aborted.ts'
import type { RedisSubscriber } from './redis-subscriber.ts'

/** All listeners of one store over one connection, which is open while there is one. */
export class RedisPush {
  readonly #open: () => RedisSubscriber
  readonly #channel: string
  readonly #listeners = new Set<(key: string) => void>()
  #subscriber: RedisSubscriber | undefined
  #subscribed: Promise<void> | undefined

  constructor(open: () => RedisSubscriber, channel: string) {
    this.#open = open
    this.#channel = channel
  }

  /** Rejects with the reason of `signal`, or with the client's error; then nothing stays open for this listener. */
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

  #start(): Promise<void> {
    this.#subscriber = this.#open()
    return this.#subscriber.subscribe(this.#channel, (key) => {
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
      // It was closed before it was open.
    }
  }
}
