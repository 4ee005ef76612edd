import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { ReceivedToken, TokenFailure } from '../oauth/token-answer.ts'
import { unref, type ServerClock } from '../shared/clock.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import { OwnFailure } from '../slot/own-failure.ts'
import { isFromFuture, isUsable, type SlotFailure, type TokenRecord } from '../slot/slot-document.ts'
import { forgetDrained } from '../slot/slot-draining.ts'
import { slotError } from '../slot/slot-error.ts'
import { isLent, returnToken } from '../slot/slot-sealed.ts'
import { requestTimeoutMs, type TokenWindowsOf } from '../slot/token-windows.ts'
import type { BackgroundWork } from './background-work.ts'
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
const privateMintsApartMs = 60 * 60 * 1000

export interface LocalTokenOptions extends UnstoredTokensOptions {
  oauth: OAuthClient
  clock: ServerClock
  random: () => number
  /** Default: the windows of a token from which session tokens are minted. */
  windows?: TokenWindowsOf
  /** If timers end with the request, the next caller registers the token. */
  background: BackgroundWork
}

/**
 * A token for this process alone: one at a time, for a day. It is used while the store is down and no token is in memory;
 * when the store returns, the fleet adopts or drains it, and a timer registers it even if no caller comes. It is also used
 * while no key of this instance opens the shared token: then it is registered at once, and minted at most once an hour.
 */
export class LocalToken {
  readonly #options: LocalTokenOptions
  readonly #unstored: UnstoredTokens
  readonly #failure: OwnFailure
  #token: TokenRecord | undefined
  /** The last token that was minted because no key of this instance opens the shared one. */
  #private: TokenRecord | undefined
  #mintingUntil: number | undefined
  #timer: unknown
  #isClosed = false

  constructor(options: LocalTokenOptions) {
    this.#options = options
    this.#unstored = new UnstoredTokens(options)
    this.#failure = new OwnFailure(options.clock)
  }

  get usable(): TokenRecord | undefined {
    const token = this.#token ?? null
    return isUsable(token, this.#options.clock.now()) && this.owns(token) ? token : undefined
  }

  /** Returns whether it is the token of this process, and not of the fleet. */
  owns({ id }: TokenRecord): boolean {
    return this.#token?.id === id && (this.#unstored.isUsable(id) || this.isLent)
  }

  /** Whether the token is registered, and used because no key of this instance opens the shared one. */
  get isLent(): boolean {
    const { lastSeen } = this.#options.slot
    return this.#token !== undefined && lastSeen !== undefined && isLent(lastSeen, this.#token.id)
  }

  /** Why there is no token, until the next attempt. */
  get failure(): SlotFailure | undefined {
    return this.#failure.current
  }

  /** Returns the token. One caller mints it and the others wait. Rejects with the last failure until the next attempt. */
  async get(): Promise<TokenRecord> {
    while (!this.usable) {
      if (this.failure) throw slotError(this.#options.pool, this.failure)
      if (!this.#isMinting()) return this.#minted()
      await this.#pause()
    }
    return this.usable
  }

  /** Returns the token while no key of this instance opens the shared one. */
  async getPrivate(): Promise<TokenRecord> {
    const spent = this.usable ? undefined : this.#spent()
    if (spent) throw slotError(this.#options.pool, spent)
    this.#private = await this.get()
    // If the store went down meanwhile, the token is registered later.
    await this.register().catch(() => {})
    return this.#private
  }

  /** Keeps a token that was minted for the fleet and could not be stored. `knew`: see `Adoption`. */
  keep(token: TokenRecord, knew?: number): void {
    this.#token = token
    this.#unstored.add({ token, knew })
    this.registerLater()
  }

  /** Keeps a token that no caller uses, until the fleet knows it and revokes it. */
  keepOrphan(token: TokenRecord): void {
    this.#unstored.add({ token, why: 'orphan' })
    this.registerLater()
  }

  /** Drops a token that the API refused, for a while. Returns whether it was the token of this process. */
  async refuse(refused: TokenRecord): Promise<boolean> {
    const { slot, clock, random } = this.#options
    if (!this.owns(refused)) return false
    const input = { kind: 'rejected', code: 'rejected_without_store', status: 401 } as const
    this.#failure.set(nextFailure(input, clock.now(), this.#failure.last, random()))
    const { isLent: wasLent } = this
    this.#token = undefined
    // It may be alive: the fleet has to know it.
    this.#unstored.withdraw('invalidated', refused.id)
    // If the store is down, its entry stays until it expires.
    if (wasLent) await slot.change(forgetDrained, { id: refused.id }).catch(() => {})
    return true
  }

  /** Registers the tokens in the slot, so that the fleet has them. Rejects if the store is still down. */
  async register(): Promise<void> {
    if (this.#unstored.isEmpty) return
    await this.#unstored.register()
    // A failed registration ends no back-off: the API may have refused the token while the store hung.
    this.#failure.clear()
  }

  /** Retires a registered token: this instance opens the shared one again, or it closes. */
  async takeBack(): Promise<void> {
    if (this.#token && this.isLent) await this.#options.slot.change(returnToken, { token: this.#token })
  }

  /** Lets the store know what only this process knows, as soon as it answers, even if no caller comes. */
  registerLater(): void {
    const { clock, slot, background } = this.#options
    if (this.#isClosed || !background.keepsTimers) return
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => {
      const registered = slot.read().then(() => this.register())
      registered.catch(() => this.registerLater())
    }, registerAfterMs)
    unref(this.#timer)
  }

  /** Stops the use of all tokens, because one leaked while the store is down. Returns them, to be revoked. */
  drop(): TokenRecord[] {
    this.#token = undefined
    return this.#unstored.withdraw('compromised')
  }

  /** Forgets a token that is dead. */
  forget(id: string): void {
    this.#unstored.forget(id)
  }

  /** Tries to let the store know what only this process knows. */
  async close(): Promise<void> {
    const { clock, slot } = this.#options
    this.#isClosed = true
    clock.clearTimeout(this.#timer)
    const isThere =
      !slot.isStoreDown ||
      (await slot.read().then(
        () => true,
        () => false,
      ))
    if (!isThere) return
    await this.register().catch(() => {})
    await this.takeBack().catch(() => {})
  }

  /** Why no other token is minted, although the last one is not used. After a compromise, the next one is urgent. */
  #spent(): SlotFailure | undefined {
    const { slot, clock } = this.#options
    const now = clock.now()
    const last = this.#private
    if (!last || isFromFuture(last.obtainedAt, now)) return undefined
    const nextAttemptAt = Math.min(last.obtainedAt + privateMintsApartMs, last.mandatoryAt)
    const wasDropped = (slot.lastSeen?.compromised?.at ?? 0) > last.obtainedAt
    if (now >= nextAttemptAt || wasDropped) return undefined
    return { kind: 'transient', code: 'sealed_with_unknown_key', count: 1, at: now, nextAttemptAt }
  }

  #isMinting(): boolean {
    const now = this.#options.clock.now()
    const until = this.#mintingUntil
    return until !== undefined && now < until && !isFromFuture(until - mintingMs, now)
  }

  #minted(): Promise<TokenRecord> {
    const minting = this.#mint()
    // A caller may leave before it ends, and its token would be lost.
    this.#options.background.run(minting)
    return minting
  }

  async #mint(): Promise<TokenRecord> {
    const { pool, slot, oauth, emitter, clock } = this.#options
    const knew = slot.lastSeen?.compromised?.fence
    this.#mintingUntil = clock.now() + mintingMs
    emitter.emit({ type: 'authentication-token-requested', pool })
    const answer = await oauth.requestToken(localLifetimeSeconds)
    this.#mintingUntil = undefined
    return answer.ok ? this.#received(answer, knew) : this.#failed(answer)
  }

  /** Waits on the caller's own timer: a promise of another request may never settle (see `waitUntil`). */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, pollMs)
    })
  }

  #received(answer: ReceivedToken, knew: number | undefined): TokenRecord {
    const { pool, emitter, random, windows } = this.#options
    const token = tokenRecord(answer, noFence, random(), windows)
    this.keep(token, knew)
    this.#failure.clear()
    const { expiresAt } = token
    const mark = fingerprint(token.token)
    emitter.emit({ type: 'authentication-token-received', pool, fingerprint: mark, expiresAt })
    return token
  }

  #failed(answer: TokenFailure): never {
    const { pool, emitter, clock, random } = this.#options
    if (answer.lost) {
      this.#unstored.addLostMint(clock.now() + localLifetimeSeconds * 1000)
      this.registerLater()
    }
    const failure = nextFailure(answer, clock.now(), this.#failure.last, random())
    this.#failure.set(failure)
    const { kind, code, nextAttemptAt: retryAt } = failure
    emitter.emit({ type: 'authentication-token-failed', pool, kind, code, retryAt, covered: false })
    throw slotError(pool, failure)
  }
}
