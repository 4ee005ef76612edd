import type { ServerClock } from '../shared/clock.ts'
import { ForageServerError } from '../shared/errors.ts'
import { requestWindow, type RequestWindow } from './request-window.ts'

/** How much one process may ask of Forage. */
export interface UpstreamLimitOptions {
  /** Forage's own limit per address: 900. Behind one address (NAT), each instance takes its part. */
  requests: number
  /** In ms. Forage's: 300 000. */
  perMs: number
  /** How long a request may wait for its turn, in ms, at most 60 000. Default: 2000. */
  queueMs: number
}

/** Two thirds are for `session-token`: what the server's own calls leave is enough for the checkouts. */
export type UpstreamShare = 'session-token' | 'other'

export interface UpstreamLimit {
  /**
   * Resolves when a request may be sent. Rejects with `upstream_throttled` if that is not within `queueMs`, or
   * with the signal's reason.
   */
  enter(share: UpstreamShare, signal?: AbortSignal): Promise<void>
}

interface Waiter {
  until: number
  start: () => void
  refuse: (error: ForageServerError) => void
}

/** The first come, first served of each share; session tokens before all else. */
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
    if (at > now + this.#queueMs) throw throttled(at)
    if (at <= now) return this.#take(share, now)
    await this.#wait(share, now + this.#queueMs, signal)
  }

  /** When the next one of this share may go, behind those that wait already. */
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

  /** Lets in who may go, and sends away who has waited long enough. */
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
        waiter.refuse(throttled(this.#firstTurn(share, now)))
      }
    }
    this.#arm()
  }

  // Later than it can be: the clock was set back.
  #isPatient({ until }: Waiter, now: number): boolean {
    return until > now && until <= now + this.#queueMs
  }

  #firstTurn(share: UpstreamShare, now: number): number {
    const turn = this.#all.freeAt(now, 0)
    return share === 'other' ? Math.max(turn, this.#others.freeAt(now, 0)) : turn
  }

  /** One timer, for the next thing that happens; none when nobody waits. */
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

function throttled(retryAt: number): ForageServerError {
  return new ForageServerError('upstream_throttled', 'The requests that `upstreamLimit` allows are used up', {
    remedy: 'Wait until `retryAt`; see `upstreamLimit` if Forage allows this address more.',
    retryable: true,
    retryAt,
  })
}
