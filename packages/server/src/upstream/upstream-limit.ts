import type { ServerClock } from '../shared/clock.ts'
import type { ForageServerError } from '../shared/errors.ts'
import { requestWindow, type RequestWindow } from './request-window.ts'
import { limitReached } from './upstream-error.ts'

/** How many requests one process sends to Forage at most. */
export interface UpstreamLimitOptions {
  /** The number of requests. Default: 900, Forage's own limit per address. Instances behind one address (NAT) share it. */
  requests: number
  /** The window, in ms. Default: 300 000, as at Forage. */
  perMs: number
  /** How long a request may wait for its turn, in ms, at most 60 000. Default: 2000. */
  queueMs: number
}

/** The purpose of a request. Two thirds of the limit are reserved for `session-token`, so that checkouts continue. */
export type UpstreamShare = 'session-token' | 'other'

export interface UpstreamLimit {
  /**
   * Resolves when a request may be sent. Rejects with `upstream_throttled` if its turn does not come within `queueMs`,
   * or with the signal's reason.
   */
  enter(share: UpstreamShare, signal?: AbortSignal): Promise<void>
}

interface Waiter {
  until: number
  start: () => void
  refuse: (error: ForageServerError) => void
}

/** Serves the requests of each share in their order, and session tokens first. `false`: no limit. */
export function createUpstreamLimit(
  options: UpstreamLimitOptions | false,
  clock: ServerClock,
): UpstreamLimit {
  return options === false ? { enter: async () => {} } : new UpstreamQueue(options, clock)
}

class UpstreamQueue implements UpstreamLimit {
  readonly #queueMs: number
  readonly #clock: ServerClock
  readonly #all: RequestWindow
  readonly #others: RequestWindow
  readonly #waiting: Record<UpstreamShare, Set<Waiter>> = { 'session-token': new Set(), other: new Set() }
  #timer: unknown

  constructor({ requests, perMs, queueMs }: UpstreamLimitOptions, clock: ServerClock) {
    this.#queueMs = queueMs
    this.#clock = clock
    this.#all = requestWindow(requests, perMs)
    this.#others = requestWindow(Math.max(1, Math.floor(requests / 3)), perMs)
  }

  async enter(share: UpstreamShare, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const now = this.#clock.now()
    const at = this.#turnOf(share, now)
    if (at > now + this.#queueMs) throw limitReached(at)
    if (at <= now) return this.#take(share, now)
    await this.#wait(share, now + this.#queueMs, signal)
  }

  /** Returns when one more request of this share may be sent, after those that wait already. */
  #turnOf(share: UpstreamShare, now: number): number {
    const { 'session-token': tokens, other } = this.#waiting
    if (share === 'session-token') return this.#all.freeAt(now, tokens.size)
    return Math.max(this.#all.freeAt(now, tokens.size + other.size), this.#others.freeAt(now, other.size))
  }

  #take(share: UpstreamShare, now: number): void {
    this.#all.take(now)
    if (share === 'other') this.#others.take(now)
  }

  #wait(share: UpstreamShare, until: number, signal: AbortSignal | undefined): Promise<void> {
    const queue = this.#waiting[share]
    return new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        queue.delete(waiter)
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        leave()
        reject(signal?.reason)
        this.#arm()
      }
      const waiter: Waiter = {
        until,
        start: () => (leave(), resolve()),
        refuse: (error) => (leave(), reject(error)),
      }
      queue.add(waiter)
      signal?.addEventListener('abort', abort, { once: true })
      this.#arm()
    })
  }

  /** Starts the requests whose turn has come, and refuses those that have waited long enough. */
  #pump(): void {
    const now = this.#clock.now()
    for (const share of ['session-token', 'other'] as const) {
      for (const waiter of this.#waiting[share]) {
        if (this.#firstTurn(share, now) > now) break
        this.#take(share, now)
        waiter.start()
      }
      for (const waiter of this.#waiting[share]) {
        if (this.#isPatient(waiter, now)) break
        waiter.refuse(limitReached(this.#firstTurn(share, now)))
      }
    }
    this.#arm()
  }

  // A deadline later than any possible one means that the clock was set back.
  #isPatient({ until }: Waiter, now: number): boolean {
    return until > now && until <= now + this.#queueMs
  }

  #firstTurn(share: UpstreamShare, now: number): number {
    const turn = this.#all.freeAt(now, 0)
    return share === 'other' ? Math.max(turn, this.#others.freeAt(now, 0)) : turn
  }

  /** Keeps one timer, for the next start or refusal. Without waiting requests there is no timer. */
  #arm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    const now = this.#clock.now()
    const next = (['session-token', 'other'] as const).flatMap((share) => {
      const [first] = this.#waiting[share]
      return first ? [Math.min(first.until, this.#firstTurn(share, now))] : []
    })
    if (next.length === 0) return
    this.#timer = this.#clock.setTimeout(() => this.#pump(), Math.max(0, Math.min(...next) - now))
  }
}

/** Returns a `fetch` for the token endpoints that waits for its turn. Rejects as `enter` does. */
export function limitedFetch(fetch: typeof globalThis.fetch, limit: UpstreamLimit): typeof globalThis.fetch {
  return async (input, init) => {
    await limit.enter('session-token', init?.signal ?? undefined)
    return fetch(input, init)
  }
}
