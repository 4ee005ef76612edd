import { unref } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import type { RedisSubscriber } from '../redis/redis-subscriber.ts'
import { openListener, type ListenerOptions, type PostgresListener } from './postgres-listener.ts'
import { postgresCode } from './postgres-store-error.ts'

export interface PostgresSubscriberOptions extends ListenerOptions {
  /** Returns the version of each value by key. */
  readVersions: (signal: AbortSignal) => Promise<ReadonlyMap<string, string>>
  /** Whether the pool was ended. */
  hasEnded: () => boolean
  /** Called with a code when notifications do not arrive, and with undefined when they do. */
  report: (failure: string | undefined) => void
}

/** Time in ms to read the versions and to listen. It is longer than for an operation, because no caller waits for it. */
export const listeningMs = 5000
const checkMs = 30_000
const firstRetryMs = 1000
// With the time of an attempt, polling takes less than 31 s.
const longestRetryMs = 25_000

/**
 * Keeps one connection that listens. A lost one is replaced by another, with the credentials of that time. Until then, and
 * behind a pooler that drops notifications, each attempt compares the versions of the values.
 */
export class PostgresSubscriber implements RedisSubscriber {
  readonly #options: PostgresSubscriberOptions
  readonly #closing = new AbortController()
  #topic = ''
  #changed: (key: string) => void = () => {}
  #versions: ReadonlyMap<string, string> | undefined
  #listener: PostgresListener | undefined
  #timer: unknown
  #retryMs = firstRetryMs

  constructor(options: PostgresSubscriberOptions) {
    this.#options = options
  }

  /** Resolves when changes will be found. Rejects if the versions cannot be read. */
  async subscribe(topic: string, changed: (key: string) => void): Promise<void> {
    this.#topic = topic
    this.#changed = changed
    try {
      await this.#poll()
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.report(postgresCode(error))
      throw error
    }
    await this.#listen()
  }

  close(): void {
    this.#closing.abort()
    this.#options.clock.clearTimeout(this.#timer)
    this.#listener?.close()
    this.#listener = undefined
  }

  async #poll(): Promise<void> {
    const before = this.#versions
    const versions = await this.#within(this.#options.readVersions)
    this.#versions = versions
    if (!before) return
    for (const key of new Set([...before.keys(), ...versions.keys()]))
      if (before.get(key) !== versions.get(key)) this.#changed(key)
  }

  async #listen(): Promise<void> {
    try {
      const listener = await this.#within((signal) =>
        openListener(this.#options, this.#topic, this.#changed, signal),
      )
      if (this.#closing.signal.aborted) return listener.close()
      this.#listener = listener
      void listener.lost.then((error) => this.#lost(listener, error))
      // What changed since the last poll was notified to no one here.
      await this.#poll()
      this.#retryMs = firstRetryMs
      this.#options.report(undefined)
      this.#checkLater(listener)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** A connection can be gone without notice, for example behind a firewall. */
  #checkLater(listener: PostgresListener): void {
    this.#later(checkMs, async () => {
      try {
        await this.#within(listener.check)
        this.#checkLater(listener)
      } catch (error) {
        this.#lost(listener, error)
      }
    })
  }

  #lost(listener: PostgresListener, error: unknown): void {
    if (listener === this.#listener) this.#failed(error)
  }

  #failed(error: unknown): void {
    this.#listener?.close()
    this.#listener = undefined
    if (this.#closing.signal.aborted) return
    this.#options.report(postgresCode(error))
    this.#retryLater()
  }

  #retryLater(): void {
    // After a failover, the instances do not all connect at the same moment.
    const ms = this.#retryMs * (0.5 + Math.random() / 2)
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
    this.#later(ms, async () => {
      try {
        // The pool connects first: if the database has only one connection to give, the operations get it.
        await this.#poll()
        await this.#listen()
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  #within<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(this.#options.clock, listeningMs, this.#closing.signal, run)
  }

  #later(ms: number, run: () => Promise<void>): void {
    const { clock, hasEnded } = this.#options
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => (hasEnded() ? this.close() : void run()), ms)
    unref(this.#timer)
  }
}
