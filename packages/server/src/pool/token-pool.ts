import { isForageServerError, type ForageServerError } from '../shared/errors.ts'
import { fingerprint } from '../shared/fingerprint.ts'
import { untilAborted } from '../shared/until-aborted.ts'
import { nextFailure } from '../slot/failure-policy.ts'
import { leaseMs, type SlotDocument, type SlotFailure, type TokenRecord } from '../slot/slot-document.ts'
import { isDue } from '../slot/slot-draining.ts'
import { freezeSlot, thawSlot } from '../slot/slot-emergency.ts'
import { slotError } from '../slot/slot-error.ts'
import { decide, invalidateToken, leaseHeld, rejectToken, youngMs } from '../slot/token-slot.ts'
import { poolStatus, type PoolStatus } from './pool-status.ts'
import { revokeDue } from './revocation.ts'
import { drop, recover, type CompromiseReport, type Emergency } from './token-compromise.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'
import { rotateToken, type Rotation } from './token-rotation.ts'

// Longer than any lease: whoever holds it has answered or been given up by then.
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

  /** A token good for a whole session token. An abort detaches this caller only. */
  async getToken(signal?: AbortSignal): Promise<TokenRecord> {
    signal?.throwIfAborted()
    return this.#fromMemory() ?? this.#despiteStore() ?? untilAborted(this.#settle(), signal)
  }

  /** Another token than this one, which the API refused. Mints only if no newer one is there yet. */
  async replace(refused: TokenRecord, signal?: AbortSignal): Promise<TokenRecord> {
    if (!this.#options.local.refuse(refused)) await this.#invalidate(refused)
    return this.getToken(signal)
  }

  /** The API refused also the replacement: for a while nobody tries. Returns the error to throw. */
  async refuseAgain(refused: TokenRecord): Promise<ForageServerError> {
    const failure = this.#rejection('rejected_twice')
    const { slot, local } = this.#options
    if (!local.refuse(refused)) await slot.change(rejectToken, { id: refused.id, failure }).catch(ignoreStore)
    this.#rejected(refused, failure)
    return slotError(this.name, failure)
  }

  /** A new token; the old one is revoked when its last session token has run out. */
  rotate(): Promise<Rotation> {
    return rotateToken(this.#options)
  }

  /** Every token of this pool is revoked at once, and replaced. */
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

  /** The API answered 401 about it. What follows from that is `replace` and `refuseAgain`. */
  unauthorized({ token }: TokenRecord): void {
    const mark = fingerprint(token)
    const type = 'authentication-token-unauthorized'
    this.#options.emitter.emit({ type, pool: this.name, fingerprint: mark })
  }

  get isStoreDown(): boolean {
    return this.#options.slot.isStoreDown
  }

  status(): PoolStatus {
    const { slot, local, clock } = this.#options
    const own = { token: local.usable, failure: local.failure ?? slot.keyFailure }
    return poolStatus(this.name, slot.lastSeen, own, clock.now())
  }

  /** Resolves when what goes on behind the callers has ended. Revokes nothing. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#flight, this.#renewal, this.#revocation])
    await this.#options.local.close()
    await this.#options.slot.close()
  }

  #fromMemory(): TokenRecord | undefined {
    return this.#served(this.#options.slot.recent)
  }

  /** While the store is down nobody waits for it who has a usable token. */
  #despiteStore(): TokenRecord | undefined {
    const { slot, local } = this.#options
    if (!slot.isStoreDown) return undefined
    const token = this.#served(slot.lastSeen) ?? local.usable
    if (token && slot.mayAskStore) this.#behind(this.#settle())
    return token
  }

  #served(doc: SlotDocument | undefined): TokenRecord | undefined {
    const decision = doc && decide(doc, this.#options.clock.now())
    return decision?.do === 'serve' ? decision.token : undefined
  }

  #settle(): Promise<TokenRecord> {
    if (this.#options.waitUntil) return this.#decided()
    this.#flight ??= this.#decided().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  #decided(): Promise<TokenRecord> {
    return this.#untilDecided().catch((error: unknown) => this.#withoutStore(error))
  }

  async #untilDecided(): Promise<TokenRecord> {
    const { clock } = this.#options
    const giveUpAt = clock.now() + patienceMs
    for (let round = 0; clock.now() <= giveUpAt; round++) {
      const decision = decide(await this.#read(), clock.now())
      if (decision.do === 'fail') throw slotError(this.name, decision.failure)
      if (decision.do === 'serve') {
        if (decision.renew) this.#renewInBackground()
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
    await local.bringHome()
    const doc = slot.lastSeen ?? read
    if (revokes && doc.draining.some((token) => isDue(token, clock.now()))) this.#revokeInBackground()
    return doc
  }

  /** A running instance serves from memory to the mandatory point; one without memory mints for itself. */
  #withoutStore(error: unknown): Promise<TokenRecord> | TokenRecord {
    if (!isStoreUnavailable(error)) throw error
    const { slot, local, clock } = this.#options
    const decision = slot.lastSeen && decide(slot.lastSeen, clock.now())
    if (decision?.do === 'serve') return decision.token
    if (decision?.do === 'fail') throw slotError(this.name, decision.failure)
    return local.obtain()
  }

  #renewInBackground(): void {
    // Everyone is served the current token; a failure is in the slot, and an event.
    this.#behind(this.#renew())
  }

  #renew(): Promise<unknown> {
    if (this.#options.waitUntil) return renewToken(this.#options)
    this.#renewal ??= renewToken(this.#options).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  #revokeInBackground(): void {
    // What could not be revoked stays in the slot.
    if (this.#options.waitUntil) return this.#behind(revokeDue(this.#options))
    this.#revocation ??= revokeDue(this.#options)
      .catch(ignore)
      .finally(() => {
        this.#revocation = undefined
      })
  }

  #behind(work: Promise<unknown>): void {
    const quiet = work.catch(ignore)
    this.#options.waitUntil?.(quiet)
  }

  async #invalidate(refused: TokenRecord): Promise<void> {
    const { slot, emitter } = this.#options
    const failure = this.#rejection('rejected_repeatedly')
    const change = await slot.change(invalidateToken, { id: refused.id, failure }).catch(ignoreStore)
    if (!change) return slot.forget(refused.id)
    if (change.refused === 'too-young') throw this.#tooYoung(refused)
    if (change.refused !== undefined) return
    const mark = fingerprint(refused.token)
    emitter.emit({ type: 'authentication-token-invalidated', pool: this.name, fingerprint: mark })
    if (change.doc.failure === failure) this.#rejected(refused, failure)
  }

  #rejection(code: string): SlotFailure {
    const { slot, clock, random } = this.#options
    const input = { kind: 'rejected', code, status: 401 } as const
    return nextFailure(input, clock.now(), slot.lastSeen?.failure ?? null, random())
  }

  #rejected({ token }: TokenRecord, { nextAttemptAt: retryAt }: SlotFailure): void {
    const mark = fingerprint(token)
    this.#options.emitter.emit({
      type: 'authentication-token-rejected',
      pool: this.name,
      fingerprint: mark,
      retryAt,
    })
  }

  /** Another instance is minting: look again soon, not all at the same moment. */
  #pause(round: number): Promise<void> {
    const { slot, random } = this.#options
    return slot.pause(Math.min(50 * 2 ** round, 500) * (0.5 + random() / 2))
  }

  #tooYoung({ obtainedAt: at }: TokenRecord): ForageServerError {
    const nextAttemptAt = at + youngMs
    return slotError(this.name, {
      kind: 'rejected',
      code: 'rejected_at_once',
      count: 1,
      at,
      nextAttemptAt,
      status: 401,
    })
  }
}

function ignore(): void {}

function ignoreStore(error: unknown): undefined {
  if (!isStoreUnavailable(error)) throw error
}

function isStoreUnavailable(error: unknown): boolean {
  return isForageServerError(error) && error.code === 'store_unavailable'
}
