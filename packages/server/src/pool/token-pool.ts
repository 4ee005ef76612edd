import { pause, untilAborted } from '../shared/deadline.ts'
import type { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { decide, leaseHeld } from '../slot/slot-decision.ts'
import { emptySlot, leaseMs, type SlotDocument, type TokenRecord } from '../slot/slot-document.ts'
import { isDue } from '../slot/slot-draining.ts'
import { freezeSlot, thawSlot } from '../slot/slot-emergency.ts'
import { slotError } from '../slot/slot-error.ts'
import { answerUnopened, canAnswer, markUnopened } from '../slot/slot-sealed.ts'
import type { StoreFailure } from '../slot/slot-view.ts'
import { isYoung } from '../slot/token-slot.ts'
import { poolStatus, type PoolStatus } from './pool-status.ts'
import { revokeDue } from './revocation.ts'
import { TokenAcceptance } from './token-acceptance.ts'
import { drop, recover, type CompromiseReport, type Emergency } from './token-compromise.ts'
import {
  afterRefusal,
  isStoreUnavailable,
  openBreaker,
  refuseYoung,
  type Consequence,
} from './token-refusal.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'
import { rotateToken, type Rotation } from './token-rotation.ts'

// Longer than any lease: its holder has answered by then, or the lease is over.
const patienceMs = leaseMs + 5000

/** One authentication token, shared by all instances that use the same store. */
export class TokenPool {
  readonly name: string
  readonly #options: TokenRenewalOptions
  readonly #acceptance: TokenAcceptance
  /** The shared token that no key of this instance opens, as far as an event has said so. */
  #reportedSealed: string | undefined
  #flight: Promise<TokenRecord> | undefined
  #renewal: Promise<unknown> | undefined
  #revocation: Promise<void> | undefined

  constructor(options: TokenRenewalOptions) {
    this.name = options.pool
    this.#options = options
    this.#acceptance = new TokenAcceptance(options)
  }

  /** Returns a token that lives at least as long as a session token. An abort detaches only this caller. */
  async getToken(signal?: AbortSignal): Promise<TokenRecord> {
    signal?.throwIfAborted()
    return this.#fromMemory() ?? this.#despiteStore() ?? untilAborted(this.#decided(), signal)
  }

  /** Finds out what follows a 401 about this token, and drops it if it is of no use. */
  afterRefusal(refused: TokenRecord): Promise<Consequence> {
    return afterRefusal(this.#options, this.#acceptance, refused)
  }

  /**
   * Opens the breaker, since the API refused also the replacement. Returns the error to throw, or undefined if only this
   * call was refused.
   */
  refuseAgain(refused: TokenRecord): Promise<ForageServerError | undefined> {
    return openBreaker(this.#options, this.#acceptance, refused)
  }

  /** Returns the error for a token that the API still does not know, or undefined if only this call was refused. */
  refuseYoung(refused: TokenRecord): Promise<ForageServerError | undefined> {
    return refuseYoung(this.#options, this.#acceptance, refused)
  }

  /** Replaces a refused token for the next call. This one does not wait for it. */
  replaceLater(refused: TokenRecord): void {
    const replaced = this.afterRefusal(refused).then((consequence) =>
      consequence === 'dropped' ? this.getToken() : undefined,
    )
    this.#inBackground(replaced)
  }

  /** Returns whether it is the token of this pool, and the API may not know it yet. */
  isYoung(token: TokenRecord): boolean {
    const { slot, local, clock } = this.#options
    const doc = slot.lastSeen ?? emptySlot
    const isCurrent = doc.current?.id === token.id || local.owns(token)
    return isCurrent && isYoung(doc, token, clock.now())
  }

  /** Resolves after `ms`. Rejects with the signal's reason. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return pause(this.#options.clock, ms, signal)
  }

  /** Mints a new token. The old one is revoked when its last session token has expired. */
  rotate(): Promise<Rotation> {
    return rotateToken(this.#options)
  }

  /** Revokes every token of this pool at once, and replaces it. */
  async compromise(emergency: Emergency): Promise<CompromiseReport> {
    const dropped = await drop(this.#options, leaseMs)
    const { reason } = emergency
    const tokens = dropped.leased.draining.filter(({ isSealed }) => !isSealed).length
    this.#options.emitter.emit({ type: 'pool-compromised', pool: this.name, reason, tokens })
    return recover(this.#options, dropped, emergency)
  }

  async freeze(reason: string): Promise<void> {
    await this.#options.slot.change(freezeSlot, { reason })
    this.#options.emitter.emit({ type: 'pool-frozen', pool: this.name, reason })
  }

  async thaw(): Promise<void> {
    await this.#options.slot.change(thawSlot, undefined)
    this.#options.emitter.emit({ type: 'pool-thawed', pool: this.name })
  }

  /** Reports a 401 about the token. `afterRefusal` acts on it. */
  unauthorized({ token }: TokenRecord): void {
    const mark = fingerprint(token)
    const type = 'authentication-token-unauthorized'
    this.#options.emitter.emit({ type, pool: this.name, fingerprint: mark })
  }

  /** Present while the store is down. */
  get storeFailure(): StoreFailure | undefined {
    return this.#options.slot.storeFailure
  }

  status(): PoolStatus {
    const { slot, local, own, clock } = this.#options
    const { usable: token, failure } = local
    const state = { token, failure, own: slot.keyFailure ?? own.current }
    return poolStatus(this.name, slot.lastSeen, state, clock.now())
  }

  /** Resolves when the work in the background has ended. Revokes nothing. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#flight, this.#renewal, this.#revocation])
    await this.#options.local.close()
    await this.#options.slot.close()
  }

  #fromMemory(): TokenRecord | undefined {
    return this.#served(this.#options.slot.recent)
  }

  /** While the store is down, a caller with a usable token does not wait for it. */
  #despiteStore(): TokenRecord | undefined {
    const { slot, local } = this.#options
    if (!slot.isStoreDown) return undefined
    const token = this.#served(slot.lastSeen) ?? local.usable
    if (token && slot.mayTryStore) this.#inBackground(this.#decided())
    return token
  }

  #served(doc: SlotDocument | undefined): TokenRecord | undefined {
    const decision = doc && decide(doc, this.#options.clock.now())
    if (decision?.do === 'stay-private') return this.#options.local.usable
    return decision?.do === 'serve' ? decision.token : undefined
  }

  /** One decision for all callers, unless each request is its own I/O context. */
  #decided(): Promise<TokenRecord> {
    if (this.#options.waitUntil) return this.#decideOnce()
    this.#flight ??= this.#decideOnce().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  #decideOnce(): Promise<TokenRecord> {
    return this.#untilDecided().catch((error: unknown) => this.#withoutStore(error))
  }

  async #untilDecided(): Promise<TokenRecord> {
    const { clock, own, local } = this.#options
    const giveUpAt = clock.now() + patienceMs
    for (let round = 0; clock.now() <= giveUpAt; round++) {
      const doc = await this.#read()
      const seen = doc.current?.id ?? null
      const decision = decide(doc, clock.now(), own.current)
      if (decision.do === 'fail') throw slotError(this.name, decision.failure)
      if (decision.do === 'stay-private') return this.#private(decision.sealed)
      if (decision.do === 'serve') {
        // A failure is in the slot and an event; callers still get the current token.
        if (decision.renew) this.#inBackground(this.#renew(seen))
        if (local.isLent) this.#inBackground(local.takeBack())
        return decision.token
      }
      if (decision.do === 'mint') await this.#renew(seen)
      else await (this.#renewal ?? this.#pause(round))
    }
    throw slotError(this.name, leaseHeld(clock.now()))
  }

  /** No key of this instance opens the token of the others. It says so, and does not fight for the slot. */
  async #private({ id }: TokenRecord): Promise<TokenRecord> {
    const { slot, local, emitter } = this.#options
    if (this.#reportedSealed !== id) emitter.emit({ type: 'token-sealed-with-unknown-key', pool: this.name })
    this.#reportedSealed = id
    if (slot.lastSeen?.unopened?.id !== id) await slot.change(markUnopened, { id })
    return local.getPrivate()
  }

  async #read(): Promise<SlotDocument> {
    const { slot, local, clock, revokes = true } = this.#options
    const read = await slot.read()
    await local.register()
    const doc = slot.lastSeen ?? read
    if (canAnswer(doc)) this.#inBackground(slot.change(answerUnopened, undefined))
    if (revokes && doc.draining.some((token) => isDue(token, clock.now()))) this.#revokeInBackground()
    return doc
  }

  /** A running instance serves from memory until the mandatory point. One without a token mints for itself. */
  #withoutStore(error: unknown): Promise<TokenRecord> | TokenRecord {
    if (!isStoreUnavailable(error)) throw error
    const { slot, local, clock } = this.#options
    const decision = slot.lastSeen && decide(slot.lastSeen, clock.now())
    if (decision?.do === 'serve') return decision.token
    if (decision?.do === 'fail') throw slotError(this.name, decision.failure)
    return local.get()
  }

  #renew(seen: string | null): Promise<unknown> {
    const request = { why: 'renewed', seen } as const
    if (this.#options.waitUntil) return renewToken(this.#options, request)
    this.#renewal ??= renewToken(this.#options, request).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  #revokeInBackground(): void {
    // A token that could not be revoked stays in the slot.
    if (this.#options.waitUntil) return this.#inBackground(revokeDue(this.#options))
    this.#revocation ??= revokeDue(this.#options)
      .catch(ignore)
      .finally(() => {
        this.#revocation = undefined
      })
  }

  #inBackground(work: Promise<unknown>): void {
    const quiet = work.catch(ignore)
    this.#options.waitUntil?.(quiet)
  }

  /** Another instance is minting. The instances read the slot again soon, but not all at the same moment. */
  #pause(round: number): Promise<void> {
    const { slot, random } = this.#options
    return slot.pause(Math.min(50 * 2 ** round, 500) * (0.5 + random() / 2))
  }
}

function ignore(): void {}
