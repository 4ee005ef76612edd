import type { ServerClock } from '../shared/clock.ts'
import { maxRetryAfterMs, throttledMs } from './retry-after.ts'
import { throttledUntil, unavailable } from './upstream-error.ts'
import type { UpstreamLimit } from './upstream-limit.ts'

// A merchant's hold ends within the hour, so there are more of them only if every merchant fails.
const maxMerchants = 10_000

/** Until when Forage wants no requests of this process (`Retry-After`). No request is sent before that. */
export class UpstreamHold {
  readonly #clock: ServerClock
  #all = 0
  #tokens = 0
  readonly #merchants = new Map<string, number>()

  constructor(clock: ServerClock) {
    this.#clock = clock
  }

  /** After a 429 of the API: nothing is sent. */
  holdAll(ms: number = throttledMs): void {
    this.#all = this.#clock.now() + ms
  }

  /** After a 429 of the token endpoint: no token is requested. While a pool has a usable token, its callers get it. */
  holdTokenRequests(ms: number = throttledMs): void {
    this.#tokens = this.#clock.now() + ms
  }

  /** After a 503 to one merchant: it may be the merchant's own. */
  holdMerchant(merchant: string, ms: number): void {
    const now = this.#clock.now()
    for (const [name, until] of this.#merchants) if (!isHeld(until, now)) this.#merchants.delete(name)
    if (this.#merchants.size < maxMerchants) this.#merchants.set(merchant, now + ms)
  }

  /** The end of the hold for all requests, if there is one. */
  get allUntil(): number | undefined {
    return isHeld(this.#all, this.#clock.now()) ? this.#all : undefined
  }

  /** Throws `upstream_unavailable` while this merchant has to wait. */
  assertMerchantFree(merchant: string): void {
    const retryAt = this.#merchants.get(merchant) ?? 0
    if (!isHeld(retryAt, this.#clock.now())) return
    throw unavailable('Forage asked this server to wait before the next request for this merchant', {
      retryAt,
      status: 503,
    })
  }

  /** Returns the limit for requests that wait for the end of the hold. Emergency revocations do not. */
  over(limit: UpstreamLimit): UpstreamLimit {
    return this.#holding(limit, () => this.#all)
  }

  /** The same for token requests. */
  overTokenRequests(limit: UpstreamLimit): UpstreamLimit {
    return this.#holding(limit, () => Math.max(this.#all, this.#tokens))
  }

  #holding(limit: UpstreamLimit, until: () => number): UpstreamLimit {
    return {
      enter: async (share, signal) => {
        if (isHeld(until(), this.#clock.now())) throw throttledUntil(until())
        await limit.enter(share, signal)
      },
    }
  }
}

// After the clock was set back, a hold would last longer than any `Retry-After`.
function isHeld(until: number, now: number): boolean {
  return now < until && until - now <= maxRetryAfterMs
}
