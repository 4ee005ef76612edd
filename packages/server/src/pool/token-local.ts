import type { OAuthClient } from '../oauth/oauth-client.ts'
import type { ReceivedToken, TokenFailure } from '../oauth/token-answer.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Emitter } from '../shared/events.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import { isFromFuture, isUsable, type SlotFailure, type TokenRecord } from '../slot/slot-document.ts'
import { adoptToken, type Adoption } from '../slot/slot-draining.ts'
import { slotError } from '../slot/slot-error.ts'
import type { SlotView } from '../slot/slot-view.ts'
import { requestTimeoutMs, type TokenWindowsOf } from '../slot/token-windows.ts'
import { tokenRecord } from './token-record.ts'

// The shortest Forage issues: nobody can revoke this token if its process dies before the store returns.
const localLifetimeSeconds = 86_400
// Nobody waits for this: callers ask the store once a second.
const homewardMs = 10_000
const pollMs = 100
// Whoever mints has its answer by then, or was ended with its request.
const mintingMs = requestTimeoutMs + 1000
// Fences begin at 1.
const noFence = 0

export interface LocalTokenOptions {
  pool: string
  slot: SlotView
  oauth: OAuthClient
  emitter: Emitter
  clock: ServerClock
  random: () => number
  /** Default: of a token that session tokens are minted from. */
  windows?: TokenWindowsOf
  /** Given where timers end with the request: then the next caller brings the token home. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/**
 * A token for this process alone, while the store is down and there is none in memory: one at a time, for a day.
 * When the store returns the fleet adopts it, or drains it: also that of a process that nobody asks any more, since
 * nobody else could revoke it.
 */
export class LocalToken {
  readonly #options: LocalTokenOptions
  #token: TokenRecord | undefined
  /** What the store does not know of, and nobody else could revoke; `#token` is one of them. */
  #away: Adoption[] = []
  #failure: SlotFailure | undefined
  #mintingUntil: number | undefined
  #timer: unknown

  constructor(options: LocalTokenOptions) {
    this.#options = options
  }

  get usable(): TokenRecord | undefined {
    const token = this.#token ?? null
    return isUsable(token, this.#options.clock.now()) ? token : undefined
  }

  /** What keeps it from one, until that may be tried again. */
  get failure(): SlotFailure | undefined {
    const now = this.#options.clock.now()
    const failure = this.#failure
    return failure && now < failure.nextAttemptAt && !isFromFuture(failure.at, now) ? failure : undefined
  }

  /** Rejects with what kept it from one, the same until that may be tried again. One caller mints, the others look. */
  async obtain(): Promise<TokenRecord> {
    while (!this.usable) {
      if (this.failure) throw slotError(this.#options.pool, this.failure)
      if (!this.#isMinting()) return this.#mint()
      await this.#pause()
    }
    return this.usable
  }

  /** A token minted for the fleet that the store could not take. */
  keep(token: TokenRecord): void {
    this.#token = token
    this.#away = [...this.#away, { token }]
    this.#bringHomeLater()
  }

  /** The API refused this token: this process has none for a while. Whether it was this process's own. */
  refuse({ id }: TokenRecord): boolean {
    if (this.#token?.id !== id) return false
    this.#forget(id)
    const input = { kind: 'rejected', code: 'rejected_without_store', status: 401 } as const
    const { clock, random } = this.#options
    this.#failure = nextFailure(input, clock.now(), this.#failure ?? null, random())
    return true
  }

  /** The store is back: the token becomes the fleet's, or drains. */
  async bringHome(): Promise<void> {
    const { pool, slot, emitter } = this.#options
    for (const adoption of this.#away) {
      const { id, token } = adoption.token
      const { doc } = await slot.change(adoptToken, adoption)
      this.#forget(id)
      this.#failure = undefined
      const isCurrent = doc.current?.id === id
      const mark = fingerprint(token)
      emitter.emit({ type: 'authentication-token-adopted', pool, fingerprint: mark, isCurrent })
    }
  }

  /** It leaked, and the store is away: nobody uses it from here on. If it could not be revoked the fleet does it. */
  async revoke(): Promise<void> {
    this.#token = undefined
    this.#away = this.#away.map(({ token }) => ({ token, isLeaked: true }))
    await Promise.all(this.#away.map(({ token }) => this.#revokeOne(token)))
  }

  /** Tries to leave the token to the fleet. */
  async close(): Promise<void> {
    this.#options.clock.clearTimeout(this.#timer)
    await this.bringHome().catch(() => {})
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

  /** By the caller's own timer: a promise of another request may never settle (see `waitUntil`). */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, pollMs)
    })
  }

  async #revokeOne({ id, token }: TokenRecord): Promise<void> {
    const { pool, oauth, emitter } = this.#options
    if (!(await oauth.revoke(token))) return
    this.#forget(id)
    const mark = fingerprint(token)
    emitter.emit({ type: 'authentication-token-revoked', pool, fingerprint: mark, why: 'compromised' })
  }

  #forget(id: string): void {
    if (this.#token?.id === id) this.#token = undefined
    this.#away = this.#away.filter(({ token }) => token.id !== id)
  }

  #bringHomeLater(): void {
    const { clock, waitUntil } = this.#options
    if (waitUntil) return
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => {
      this.bringHome().catch(() => this.#bringHomeLater())
    }, homewardMs)
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

// A timer of Node.js keeps the process alive; those of other platforms are numbers.
function unref(timer: unknown): void {
  ;(timer as { unref?: () => void }).unref?.()
}
