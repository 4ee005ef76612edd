import type { EmergencyAction } from '../shared/codes.ts'
import type { CompromiseReport } from '../shared/compromise-report.ts'
import { pause, untilAborted } from '../shared/deadline.ts'
import { ForageServerError, isForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { decide, leaseHeld, refusalFailure } from '../slot/slot-decision.ts'
import { emptySlot, leaseMs, type SlotDocument, type TokenRecord } from '../slot/slot-document.ts'
import { isDue } from '../slot/slot-draining.ts'
import { freezeSlot, thawSlot } from '../slot/slot-emergency.ts'
import { isStoreUnavailable, slotError } from '../slot/slot-error.ts'
import { answerUnopened, canAnswer, markUnopened } from '../slot/slot-sealed.ts'
import type { StoreFailure } from '../slot/slot-view.ts'
import { isYoung } from '../slot/token-slot.ts'
import { poolStatus, type PoolStatus } from './pool-status.ts'
import { revokeDue } from './revocation.ts'
import { TokenAcceptance } from './token-acceptance.ts'
import { drop, incompleteCompromise, recover, type Emergency } from './token-compromise.ts'
import { afterRefusal, openBreaker, refuseYoung, type Consequence } from './token-refusal.ts'
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
  #learning: Promise<unknown> | undefined

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
    this.#options.background.run(replaced)
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
    return this.#emergency('rotate', () => rotateToken(this.#options))
  }

  /** Revokes every token of this pool at once, and replaces it. */
  compromise(emergency: Emergency): Promise<CompromiseReport> {
    return this.#emergency('compromise', async () => {
      const dropped = await drop(this.#options, leaseMs)
      const { reason } = emergency
      const tokens = dropped.tokens.length
      this.#options.emitter.emit({ type: 'pool-compromised', pool: this.name, reason, tokens })
      const recovery = await recover(this.#options, dropped, emergency)
      if (dropped.failure) throw this.#later(incompleteCompromise(recovery))
      if (recovery.failure) this.#incomplete('compromise', recovery.failure)
      return recovery.report
    })
  }

  /** Stops the pool. If the store does not answer, this process stops at once and rejects. */
  freeze(reason: string): Promise<void> {
    return this.#emergency('freeze', async () => {
      const failure = await this.#options.slot.changeAnyway(freezeSlot, { reason })
      this.#options.emitter.emit({ type: 'pool-frozen', pool: this.name, reason })
      if (failure) throw this.#later(onlyHere(failure, `pool "${this.name}" is frozen`))
    })
  }

  thaw(): Promise<void> {
    return this.#emergency('thaw', async () => {
      const failure = await this.#options.slot.changeAnyway(thawSlot, undefined)
      this.#options.emitter.emit({ type: 'pool-thawed', pool: this.name })
      if (failure) throw this.#later(onlyHere(failure, `pool "${this.name}" is thawed`))
    })
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

  /** The store's own code while it does not notify of changes. */
  get pushFailure(): string | undefined {
    return this.#options.slot.pushFailure
  }

  status(): PoolStatus {
    const { slot, local, own, clock } = this.#options
    const { usable: token, failure } = local
    const state = { token, failure, own: slot.keyFailure ?? own.current }
    return poolStatus(this.name, slot.lastSeen, state, clock.now())
  }

  /**
   * Returns the fingerprint of the token of which session tokens may be handed out; undefined if there is no such token,
   * or if another instance changed the slot and this one could not read it yet.
   */
  get parent(): string | undefined {
    const status = this.status()
    return !this.#options.slot.isOutdated && 'fingerprint' in status ? status.fingerprint : undefined
  }

  /** Reads the slot if another instance changed it, or if the last read is older than 30 s. Never rejects. */
  async learn(): Promise<void> {
    const { slot, background } = this.#options
    if (slot.recent || slot.isStoreDown) return
    if (!background.sharesPromises) return this.#readAndRenew().catch(ignore)
    this.#learning ??= this.#readAndRenew()
      .catch(ignore)
      .finally(() => {
        this.#learning = undefined
      })
    await this.#learning
  }

  /** Resolves when the work in the background has ended. Revokes nothing. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#flight, this.#learning, this.#options.background.ended()])
    await this.#options.local.close()
    await this.#options.slot.close()
  }

  async #emergency<T>(action: EmergencyAction, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isForageServerError(error)) this.#incomplete(action, error)
      throw error
    }
  }

  /** The other instances learn of an emergency when the store answers, even if no caller comes here. */
  #later(error: ForageServerError): ForageServerError {
    this.#options.local.registerLater()
    return error
  }

  #incomplete(action: EmergencyAction, { code }: ForageServerError): void {
    this.#options.emitter.emit({ type: 'emergency-incomplete', pool: this.name, action, code })
  }

  #fromMemory(): TokenRecord | undefined {
    return this.#served(this.#options.slot.recent)
  }

  /** While the store is down, a caller does not wait for it if there is a usable token, or if the pool is frozen. */
  #despiteStore(): TokenRecord | undefined {
    const { slot, local, clock } = this.#options
    const { lastSeen: doc } = slot
    if (!slot.isStoreDown) return undefined
    const token = doc?.frozen ? undefined : (this.#served(doc) ?? local.usable)
    if ((token || doc?.frozen) && slot.mayTryStore) this.#options.background.run(this.#decided())
    if (doc?.frozen) throw slotError(this.name, refusalFailure(doc, clock.now()))
    return token
  }

  #served(doc: SlotDocument | undefined): TokenRecord | undefined {
    const decision = doc && decide(doc, this.#options.clock.now())
    if (decision?.do === 'stay-private') return this.#options.local.usable
    return decision?.do === 'serve' ? decision.token : undefined
  }

  /** One decision for all callers, unless each request is its own I/O context. */
  #decided(): Promise<TokenRecord> {
    if (!this.#options.background.sharesPromises) return this.#decideOnce()
    this.#flight ??= this.#decideOnce().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  #decideOnce(): Promise<TokenRecord> {
    return this.#untilDecided().catch((error: unknown) => this.#withoutStore(error))
  }

  async #untilDecided(): Promise<TokenRecord> {
    const { clock, own, local, background } = this.#options
    const giveUpAt = clock.now() + patienceMs
    for (let round = 0; clock.now() <= giveUpAt; round++) {
      const doc = await this.#read()
      const seen = doc.current?.id ?? null
      const decision = decide(doc, clock.now(), own.current)
      if (decision.do === 'fail') throw slotError(this.name, decision.failure)
      if (decision.do === 'stay-private') return this.#private(decision.sealed)
      if (decision.do === 'serve') {
        // A failure is in the slot and an event; callers still get the current token.
        if (decision.renew) this.#renew(seen).catch(ignore)
        if (local.isLent) background.run(local.takeBack())
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
    const { slot, local, clock, background, revokes = true } = this.#options
    const read = await slot.read()
    await local.register()
    const doc = slot.lastSeen ?? read
    if (canAnswer(doc)) background.run(slot.change(answerUnopened, undefined))
    if (revokes && doc.draining.some((token) => isDue(token, clock.now()))) this.#revokeInBackground()
    return doc
  }

  /** The callers of the next 30 s are served from memory, so the read that they rely on has to begin a due renewal. */
  async #readAndRenew(): Promise<void> {
    const { clock, own } = this.#options
    const doc = await this.#read()
    const decision = decide(doc, clock.now(), own.current)
    if (decision.do === 'serve' && decision.renew) this.#renew(doc.current?.id ?? null).catch(ignore)
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
    const { background } = this.#options
    if (this.#renewal) return this.#renewal
    const renewal = renewToken(this.#options, { why: 'renewed', seen }).finally(() => {
      this.#renewal = undefined
    })
    if (background.sharesPromises) this.#renewal = renewal
    // A caller may leave before it ends, and its token would be lost.
    background.run(renewal)
    return renewal
  }

  #revokeInBackground(): void {
    const { background } = this.#options
    if (this.#revocation) return
    const revocation = revokeDue(this.#options).finally(() => {
      this.#revocation = undefined
    })
    if (background.sharesPromises) this.#revocation = revocation
    // A token that could not be revoked stays in the slot.
    background.run(revocation)
  }

  /** Another instance is minting. The instances read the slot again soon, but not all at the same moment. */
  #pause(round: number): Promise<void> {
    const { slot, random } = this.#options
    return slot.pause(Math.min(50 * 2 ** round, 500) * (0.5 + random() / 2))
  }
}

/** Returns the error of a change that only this process knows. */
function onlyHere({ message, remedy, retryAt, cause }: ForageServerError, what: string): ForageServerError {
  return new ForageServerError('store_unavailable', `${message}: ${what} in this process only`, {
    remedy: `Call it in every instance: the others learn of it when the store answers. ${remedy}`,
    retryAt,
    cause: cause as Error | undefined,
  })
}

function ignore(): void {}
