import { untilAborted } from '../shared/deadline.ts'
import type { ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { decide, leaseHeld } from '../slot/slot-decision.ts'
import { leaseMs, type SlotDocument, type TokenRecord } from '../slot/slot-document.ts'
import { isDue } from '../slot/slot-draining.ts'
import { freezeSlot, thawSlot } from '../slot/slot-emergency.ts'
import { slotError } from '../slot/slot-error.ts'
import type { StoreFailure } from '../slot/slot-view.ts'
import { poolStatus, type PoolStatus } from './pool-status.ts'
import { revokeDue } from './revocation.ts'
import { drop, recover, type CompromiseReport, type Emergency } from './token-compromise.ts'
import { invalidate, isStoreUnavailable, openBreaker } from './token-refusal.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'
import { rotateToken, type Rotation } from './token-rotation.ts'

// Longer than any lease: its holder has answered by then, or the lease is over.
const patienceMs = leaseMs + 5000

/** One authentication token, shared by all instances that use the same store. */
export class TokenPool {
  readonly name: string
  readonly #options: TokenRenewalOptions
  #flight: Promise<TokenRecord> | undefined
  #renewal: Promise<unknown> | undefined
  #revocation: Promise<void> | undefined

  constructor(options: TokenRenewalOptions) {
    this.name = options.pool
    this.#options = options
  }

  /** Returns a token that lives at least as long as a session token. An abort detaches only this caller. */
  async getToken(signal?: AbortSignal): Promise<TokenRecord> {
    signal?.throwIfAborted()
    return this.#fromMemory() ?? this.#despiteStore() ?? untilAborted(this.#decided(), signal)
  }

  /** Returns another token than this one, which the API refused. Mints only if there is no newer one yet. */
  async replace(refused: TokenRecord, signal?: AbortSignal): Promise<TokenRecord> {
    await invalidate(this.#options, refused)
    return this.getToken(signal)
  }

  /** Opens the breaker, since the API refused also the replacement. Returns the error to throw. */
  refuseAgain(refused: TokenRecord): Promise<ForageServerError> {
    return openBreaker(this.#options, refused)
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

  /** Reports a 401 about the token. `replace` and `refuseAgain` act on it. */
  unauthorized({ token }: TokenRecord): void {
    const mark = fingerprint(token)
    const type = 'authentication-token-unauthorized'
    this.#options.emitter.emit({ type, pool: this.name, fingerprint: mark })
  }

  /** Present while the store is down. */
  get storeFailure(): StoreFailure | undefined {
    return this.#options.slot.storeFailure
  }

  /** The store's own code while it does not notify of changes. */
  get pushFailure(): string | undefined {
    return this.#options.slot.pushFailure
  }

  status(): PoolStatus {
    const { slot, local, clock } = this.#options
    const own = { token: local.usable, failure: local.failure ?? slot.keyFailure }
    return poolStatus(this.name, slot.lastSeen, own, clock.now())
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
    const { clock } = this.#options
    const giveUpAt = clock.now() + patienceMs
    for (let round = 0; clock.now() <= giveUpAt; round++) {
      const decision = decide(await this.#read(), clock.now())
      if (decision.do === 'fail') throw slotError(this.name, decision.failure)
      if (decision.do === 'serve') {
        // A failure is in the slot and an event; callers still get the current token.
        if (decision.renew) this.#inBackground(this.#renew())
        return decision.token
      }
      if (decision.do === 'mint') await this.#renew()
      else await (this.#renewal ?? this.#pause(round))
    }
    throw slotError(this.name, leaseHeld(clock.now()))
  }

  async #read(): Promise<SlotDocument> {
    const { slot, local, clock, revokes = true } = this.#options
    const read = await slot.read()
    await local.register()
    const doc = slot.lastSeen ?? read
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

  #renew(): Promise<unknown> {
    if (this.#options.waitUntil) return renewToken(this.#options)
    this.#renewal ??= renewToken(this.#options).finally(() => {
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
