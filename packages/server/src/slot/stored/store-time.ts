import type { ServerClock } from '../../shared/clock.ts'
import type { TokenStore } from '../../store/token-store.ts'

const sampledEveryMs = 30_000

export interface StoreTimeOptions {
  store: TokenStore
  clock: ServerClock
  /** The longest time for a request whose answer says what time it is. */
  timeoutMs: number
}

/**
 * How far the store's clock is ahead of this instance's, in ms. All instances share the store's clock, so they agree on
 * when a lease ends although their own clocks differ.
 */
export class StoreTime {
  readonly #options: StoreTimeOptions
  #aheadMs = 0
  #sampledAt: number | undefined

  constructor(options: StoreTimeOptions) {
    this.#options = options
  }

  /** The difference that was measured last. */
  get last(): number {
    return this.#aheadMs
  }

  /** Returns the difference, and asks the store again after half a minute. Never rejects. 0 if the store has no clock. */
  async aheadMs(): Promise<number> {
    const { store, clock } = this.#options
    if (store.now && this.#isOld(clock.now())) await this.#sample(store.now.bind(store)).catch(() => {})
    return this.#aheadMs
  }

  // After the clock was set back, the difference is another one.
  #isOld(now: number): boolean {
    return this.#sampledAt === undefined || now < this.#sampledAt || now - this.#sampledAt >= sampledEveryMs
  }

  async #sample(storeNow: () => Promise<number>): Promise<void> {
    const { clock, timeoutMs } = this.#options
    const sentAt = clock.now()
    const time = await storeNow()
    const receivedAt = clock.now()
    const tookMs = receivedAt - sentAt
    if (!Number.isFinite(time) || tookMs < 0) return
    const aheadMs = Math.round(time - (sentAt + receivedAt) / 2)
    // The truth lies within half of the time that the request took: a difference below that is noise.
    if (Math.abs(aheadMs - this.#aheadMs) > tookMs / 2) this.#aheadMs = aheadMs
    // A process that paused in between knows the time only roughly, and asks again.
    if (tookMs <= timeoutMs) this.#sampledAt = receivedAt
  }
}
