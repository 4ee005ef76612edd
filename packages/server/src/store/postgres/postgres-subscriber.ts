import { unref } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import type { RedisSubscriber } from '../redis/redis-subscriber.ts'
import { openListener, type ListenerOptions, type PostgresListener } from './postgres-listener.ts'
import { postgresCode } from './postgres-store-error.ts'

export interface PostgresSubscriberOptions extends ListenerOptions {
  /** Whether the pool was ended. */
  hasEnded: () => boolean
  /** Called with a code when changes do not arrive, and with undefined when they do. */
  report: (failure: string | undefined) => void
}

/** Time in ms until a connection listens. It is longer than for an operation, because no caller waits for it. */
export const listeningMs = 5000
const checkMs = 30_000
const firstRetryMs = 1000
const longestRetryMs = 30_000

/** Keeps one connection that listens. A lost one is replaced by another, with the credentials of that time. */
export class PostgresSubscriber implements RedisSubscriber {
  readonly #options: PostgresSubscriberOptions
  readonly #closing = new AbortController()
  #listener: PostgresListener | undefined
  #timer: unknown
  #retryMs = firstRetryMs

  constructor(options: PostgresSubscriberOptions) {
    this.#options = options
  }

  /** Resolves when changes arrive. Rejects if the first connection fails. */
  async subscribe(topic: string, changed: (message: string) => void): Promise<void> {
    const open: Open = (signal) => openListener(this.#options, topic, changed, signal)
    try {
      await this.#connect(open)
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.report(postgresCode(error))
      throw error
    }
  }

  close(): void {
    this.#closing.abort()
    this.#options.clock.clearTimeout(this.#timer)
    this.#listener?.close()
    this.#listener = undefined
  }

  async #connect(open: Open): Promise<void> {
    const { clock, report } = this.#options
    const { signal } = this.#closing
    const listener = await withDeadline(clock, listeningMs, signal, open)
    if (signal.aborted) return listener.close()
    this.#listener = listener
    this.#retryMs = firstRetryMs
    report(undefined)
    void listener.lost.then((error) => this.#lost(listener, error, open))
    this.#checkLater(listener, open)
  }

  /** A connection can be gone without notice, for example behind a firewall. */
  #checkLater(listener: PostgresListener, open: Open): void {
    this.#later(checkMs, async () => {
      try {
        await withDeadline(this.#options.clock, listeningMs, this.#closing.signal, listener.check)
        this.#checkLater(listener, open)
      } catch (error) {
        this.#lost(listener, error, open)
      }
    })
  }

  #lost(listener: PostgresListener, error: unknown, open: Open): void {
    if (listener !== this.#listener) return
    listener.close()
    this.#listener = undefined
    this.#options.report(postgresCode(error))
    this.#reconnectLater(open)
  }

  #reconnectLater(open: Open): void {
    // After a failover, the instances do not all connect at the same moment.
    const ms = this.#retryMs * (0.5 + Math.random() / 2)
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
    this.#later(ms, async () => {
      try {
        await this.#connect(open)
      } catch (error) {
        if (this.#closing.signal.aborted) return
        this.#options.report(postgresCode(error))
        this.#reconnectLater(open)
      }
    })
  }

  #later(ms: number, run: () => Promise<void>): void {
    const { clock, hasEnded } = this.#options
    this.#timer = clock.setTimeout(() => (hasEnded() ? this.close() : void run()), ms)
    unref(this.#timer)
  }
}

type Open = (signal: AbortSignal) => Promise<PostgresListener>
