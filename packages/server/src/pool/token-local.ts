import type { ReceivedToken, TokenFailure } from '../oauth/token-answer.ts'
import { unref, type ServerClock } from '../shared/clock.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import { isFromFuture, isUsable, type SlotFailure, type TokenRecord } from '../slot/slot-document.ts'
import { slotError } from '../slot/slot-error.ts'
import { requestTimeoutMs, type TokenWindowsOf } from '../slot/token-windows.ts'
import { tokenRecord } from './token-record.ts'
import { UnstoredTokens, type UnstoredTokensOptions } from './unstored-tokens.ts'

// The shortest lifetime at Forage: if the process dies before the store returns, no one can revoke this token.
const localLifetimeSeconds = 86_400
// No caller waits for this: callers try the store once a second.
const registerAfterMs = 10_000
const pollMs = 100
// A mint has its answer by then, or it ended with its request.
const mintingMs = requestTimeoutMs + 1000
// Fences begin at 1.
const noFence = 0

export interface LocalTokenOptions extends UnstoredTokensOptions {
  clock: ServerClock
  random: () => number
  /** Default: the windows of a token from which session tokens are minted. */
  windows?: TokenWindowsOf
  /** Present if timers end with the request. Then the next caller registers the token. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/**
 * A token for this process alone, while the store is down and no token is in memory: one at a time, for a day. When the
 * store returns, the fleet adopts or drains it. A timer registers it even if no caller comes.
 */
export class LocalToken {
  readonly #options: LocalTokenOptions
  readonly #unstored: UnstoredTokens
  #token: TokenRecord | undefined
  #failure: SlotFailure | undefined
  #mintingUntil: number | undefined
  #timer: unknown

  constructor(options: LocalTokenOptions) {
    this.#options = options
    this.#unstored = new UnstoredTokens(options)
  }

  get usable(): TokenRecord | undefined {
    const token = this.#token ?? null
    return isUsable(token, this.#options.clock.now()) && this.#unstored.has(token.id) ? token : undefined
  }

  /** Why there is no token, until the next attempt. */
  get failure(): SlotFailure | undefined {
    const now = this.#options.clock.now()
    const failure = this.#failure
    return failure && now < failure.nextAttemptAt && !isFromFuture(failure.at, now) ? failure : undefined
  }

  /** Returns the token. One caller mints it and the others wait. Rejects with the last failure until the next attempt. */
  async get(): Promise<TokenRecord> {
    while (!this.usable) {
      if (this.failure) throw slotError(this.#options.pool, this.failure)
      if (!this.#isMinting()) return this.#mint()
      await this.#pause()
    }
    return this.usable
  }

  /** Keeps a token that was minted for the fleet and could not be stored. */
  keep(token: TokenRecord): void {
    this.#token = token
    this.#unstored.add(token)
    this.#registerLater()
  }

  /** Drops a token that the API refused, for a while. Returns whether it was the token of this process. */
  refuse({ id }: TokenRecord): boolean {
    if (this.#token?.id !== id || !this.#unstored.has(id)) return false
    this.#unstored.forget(id)
    const input = { kind: 'rejected', code: 'rejected_without_store', status: 401 } as const
    const { clock, random } = this.#options
    this.#failure = nextFailure(input, clock.now(), this.#failure ?? null, random())
    return true
  }

  /** Registers the token in the slot, so that the fleet has it. Rejects if the store is still down. */
  async register(): Promise<void> {
    for (const adoption of this.#unstored.all) {
      await this.#unstored.register(adoption)
      // A failed registration ends no back-off: the API may have refused the token while the store hung.
      this.#failure = undefined
    }
  }

  /** Drops and revokes the token, because it leaked while the store is down. */
  async revoke(): Promise<void> {
    this.#token = undefined
    await this.#unstored.revoke()
  }

  /** Tries to register the token. */
  async close(): Promise<void> {
    this.#options.clock.clearTimeout(this.#timer)
    await this.register().catch(() => {})
  }

  #isMinting(): boolean {
    const now = this.#options.clock.now()
    const until = this.#mintingUntil
    return until !== undefined && now < until && !isFromFuture(until - mintingMs, now)
  }

  async #mint(): Promise<TokenRecord> {
    const { pool, oauth, emitter, clock } = this.#options
    this.#mintingUntil = clock.now() + mintingMs
    emitter.emit({ type: 'authentication-token-requested', pool })
    const answer = await oauth.requestToken(localLifetimeSeconds)
    this.#mintingUntil = undefined
    return answer.ok ? this.#received(answer) : this.#failed(answer)
  }

  /** Waits on the caller's own timer: a promise of another request may never settle (see `waitUntil`). */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, pollMs)
    })
  }

  #registerLater(): void {
    const { clock, waitUntil } = this.#options
    if (waitUntil) return
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => {
      this.register().catch(() => this.#registerLater())
    }, registerAfterMs)
    unref(this.#timer)
  }

  #received(answer: ReceivedToken): TokenRecord {
    const { pool, emitter, random, windows } = this.#options
    const token = tokenRecord(answer, noFence, random(), windows)
    this.keep(token)
    this.#failure = undefined
    const { expiresAt } = token
    const mark = fingerprint(token.token)
    emitter.emit({ type: 'authentication-token-received', pool, fingerprint: mark, expiresAt })
    return token
  }

  #failed(answer: TokenFailure): never {
    const { pool, emitter, clock, random } = this.#options
    this.#failure = nextFailure(answer, clock.now(), this.#failure ?? null, random())
    const { kind, code, nextAttemptAt: retryAt } = this.#failure
    emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered: false })
    throw slotError(pool, this.#failure)
  }
}
