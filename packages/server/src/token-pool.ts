import { ForageServerError } from './errors.ts'
import { nextFailure } from './failure-policy.ts'
import { fingerprint } from './fingerprint.ts'
import { poolStatus, type PoolStatus } from './pool-status.ts'
import { slotError } from './slot-error.ts'
import { renewToken, type TokenRenewalOptions } from './token-renewal.ts'
import { decide, invalidateToken, leaseMs, rejectToken, youngMs, type TokenRecord } from './token-slot.ts'
import { untilAborted } from './until-aborted.ts'

// Longer than any lease: whoever holds it has answered or been given up by then.
const patienceMs = leaseMs + 5000

/** One authentication token, shared by all instances that use the same store. */
export class TokenPool {
  readonly name: string
  readonly #options: TokenRenewalOptions
  #flight: Promise<TokenRecord> | undefined
  #renewal: Promise<void> | undefined
  #invalidations = 0
  #isClosed = false

  constructor(options: TokenRenewalOptions) {
    this.name = options.pool
    this.#options = options
  }

  /** A token good for a whole session token. An abort detaches this caller only. */
  async getToken(signal?: AbortSignal): Promise<TokenRecord> {
    signal?.throwIfAborted()
    if (this.#isClosed) throw closedError()
    return this.#fromMemory() ?? untilAborted(this.#settle(), signal)
  }

  /** Another token than this one, which the API refused. Mints only if no newer one is there yet. */
  async replace(refused: TokenRecord, signal?: AbortSignal): Promise<TokenRecord> {
    const change = await this.#options.slot.change(invalidateToken, { id: refused.id })
    if (change.refused === 'too-young') throw this.#tooYoung(refused)
    if (change.refused === undefined) this.#invalidated(refused)
    return this.getToken(signal)
  }

  /** The API refused also the replacement: for a while nobody tries. Returns the error to throw. */
  async refuseAgain(refused: TokenRecord): Promise<ForageServerError> {
    const { slot, clock, random, emitter } = this.#options
    const input = { kind: 'rejected', code: 'rejected_twice', status: 401 } as const
    const failure = nextFailure(input, clock.now(), null, random())
    await slot.change(rejectToken, { id: refused.id, failure })
    const mark = fingerprint(refused.token)
    const retryAt = failure.nextAttemptAt
    emitter.emit({ type: 'authentication-token-rejected', pool: this.name, fingerprint: mark, retryAt })
    return slotError(this.name, failure)
  }

  /** Grows when a token is invalidated: what was minted from it is dead, too. */
  get invalidations(): number {
    return this.#invalidations
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
    return poolStatus(this.name, this.#options.slot.lastSeen, this.#options.clock.now())
  }

  /** Refuses further calls; resolves when what was under way has ended. Revokes nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled([this.#flight, this.#renewal])
  }

  #fromMemory(): TokenRecord | undefined {
    const { slot, clock } = this.#options
    const decision = slot.recent && decide(slot.recent, clock.now())
    return decision?.do === 'serve' ? decision.token : undefined
  }

  #settle(): Promise<TokenRecord> {
    this.#flight ??= this.#untilDecided().finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  async #untilDecided(): Promise<TokenRecord> {
    const { slot, clock } = this.#options
    const giveUpAt = clock.now() + patienceMs
    for (let round = 0; clock.now() <= giveUpAt; round++) {
      const decision = decide(await slot.read(), clock.now())
      if (decision.do === 'fail') throw slotError(this.name, decision.failure)
      if (decision.do === 'serve') {
        if (decision.renew) this.#renewInBackground()
        return decision.token
      }
      if (decision.do === 'mint') await this.#renew()
      else await (this.#renewal ?? this.#pause(round))
    }
    throw this.#leaseNeverEnded()
  }

  #renewInBackground(): void {
    // Everyone is served the current token; a failure is in the slot, and an event.
    this.#renew().catch(() => {})
  }

  #renew(): Promise<void> {
    this.#renewal ??= renewToken(this.#options).finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  #invalidated({ token }: TokenRecord): void {
    this.#invalidations++
    const mark = fingerprint(token)
    this.#options.emitter.emit({
      type: 'authentication-token-invalidated',
      pool: this.name,
      fingerprint: mark,
    })
  }

  /** Another instance is minting: look again soon, not all at the same moment. */
  #pause(round: number): Promise<void> {
    const { clock, random } = this.#options
    const ms = Math.min(50 * 2 ** round, 500) * (0.5 + random() / 2)
    return new Promise((resolve) => {
      clock.setTimeout(resolve, ms)
    })
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

  #leaseNeverEnded(): ForageServerError {
    const at = this.#options.clock.now()
    return slotError(this.name, {
      kind: 'transient',
      code: 'lease_held',
      count: 1,
      at,
      nextAttemptAt: at + 1000,
    })
  }
}

function closedError(): ForageServerError {
  return new ForageServerError('closed', 'This server was closed', {
    remedy: 'Create a new one with `createForageServer`.',
    retryable: false,
  })
}
