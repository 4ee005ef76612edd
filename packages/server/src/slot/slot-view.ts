import type { ServerClock } from '../shared/clock.ts'
import type { CredentialsReader } from '../shared/credentials.ts'
import { ForageServerError } from '../shared/errors.ts'
import type { Emitter } from '../shared/events.ts'
import { errorCode, safeCause } from '../shared/safe-cause.ts'
import { StoreError } from '../store/store-error.ts'
import type { TokenStore } from '../store/token-store.ts'
import { createSlotCodec } from './slot-codec.ts'
import type { SlotDocument, SlotFailure, Transition } from './slot-document.ts'
import { createSlotKeyReader, type SlotKeyReader } from './slot-key.ts'
import { SlotStore, type SlotChange } from './slot-store.ts'
import { memoryMs } from './token-windows.ts'

const storeRetryMs = 1000

export interface SlotViewOptions {
  pool: string
  tokenUrl: string
  scope: string
  credentials: CredentialsReader
  store: TokenStore
  emitter: Emitter
  clock: ServerClock
}

/** Why the store is down, in its own code if that is known, and when to try it again. */
export interface StoreFailure {
  code?: string
  retryAt: number
}

/** One slot as this process sees it: read from the store, kept in memory, changed by pure transitions. */
export class SlotView {
  readonly #options: SlotViewOptions
  readonly #key: SlotKeyReader
  readonly #slots: SlotStore
  #seen: { doc: SlotDocument; at: number } | undefined
  #storeFailure: StoreFailure | undefined
  readonly #waiting = new Set<() => void>()
  #subscription: Promise<(() => void) | undefined> | undefined

  constructor(options: SlotViewOptions) {
    const { pool, store, clock } = options
    this.#options = options
    this.#key = createSlotKeyReader(options)
    this.#slots = new SlotStore({ store, codec: createSlotCodec(pool, store.sealer), clock })
  }

  get isStoreDown(): boolean {
    return this.#storeFailure !== undefined
  }

  /** Present while the store is down. */
  get storeFailure(): StoreFailure | undefined {
    return this.#storeFailure
  }

  /** The store's own code while it does not notify of changes. */
  get pushFailure(): string | undefined {
    return this.#options.store.pushFailure?.()
  }

  /** While the store is down, one request a second goes to it, not one for each caller. */
  get mayTryStore(): boolean {
    return this.#storeFailure === undefined || this.#options.clock.now() >= this.#storeFailure.retryAt
  }

  /** Why the key of the slot is unknown. */
  get keyFailure(): SlotFailure | undefined {
    return this.#key.failure
  }

  /** The document of the last read or change, however long ago. */
  get lastSeen(): SlotDocument | undefined {
    return this.#seen?.doc
  }

  /** The document of a read or change within the last 30 s. If the clock was set back, its age is unknown. */
  get recent(): SlotDocument | undefined {
    const now = this.#options.clock.now()
    return this.#seen && now >= this.#seen.at && now - this.#seen.at < memoryMs ? this.#seen.doc : undefined
  }

  /** Reads the slot from the store. Rejects with `store_unavailable`. */
  async read(): Promise<SlotDocument> {
    const key = await this.#key.read()
    this.#subscribe(key)
    return this.#remember(await this.#slots.read(key).catch((cause: unknown) => this.#storeFailed(cause)))
  }

  /** Applies a transition to the slot in the store. Rejects with `store_unavailable`. */
  async change<Input>(
    transition: (doc: SlotDocument, now: number, input: Input) => Transition,
    input: Input,
  ): Promise<SlotChange> {
    const key = await this.#key.read()
    const change = await this.#slots
      .change(key, (doc, now) => transition(doc, now, input))
      .catch((cause: unknown) => this.#storeFailed(cause))
    this.#remember(change.doc)
    return change
  }

  /** Forgets a token that the API refused while the store is down: this process no longer serves it. */
  forget(id: string): void {
    if (this.#seen?.doc.current?.id !== id) return
    this.#seen = { ...this.#seen, doc: { ...this.#seen.doc, current: null } }
  }

  /** Resolves after `ms`, or as soon as another instance changed the slot. */
  pause(ms: number): Promise<void> {
    const { clock } = this.#options
    return new Promise((resolve) => {
      const wake = (): void => {
        clock.clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = clock.setTimeout(wake, ms)
      this.#waiting.add(wake)
    })
  }

  async close(): Promise<void> {
    const unsubscribe = await this.#subscription
    unsubscribe?.()
  }

  #remember(doc: SlotDocument): SlotDocument {
    const { clock, emitter, pool } = this.#options
    this.#seen = { doc, at: clock.now() }
    if (this.isStoreDown) emitter.emit({ type: 'store-available', pool })
    this.#storeFailure = undefined
    return doc
  }

  #storeFailed(cause: unknown): never {
    const { clock, emitter, pool } = this.#options
    const code = errorCode(cause)
    const known = code === undefined ? {} : { code }
    const shown = code === undefined ? '' : ` (${code})`
    const retryAt = clock.now() + storeRetryMs
    if (!this.isStoreDown) emitter.emit({ type: 'store-unavailable', pool, ...known })
    this.#storeFailure = { ...known, retryAt }
    throw new ForageServerError('store_unavailable', `The token store does not answer${shown}`, {
      remedy: remedyOf(cause) ?? 'Check the connection of the store given as `store`.',
      retryAt,
      cause: safeCause(cause),
    })
  }

  #subscribe(key: string): void {
    // If it fails, polling finds the changes, and the next read tries again.
    this.#subscription ??= this.#slots
      .subscribe(key, () => this.#changedElsewhere())
      .catch(() => (this.#subscription = undefined))
  }

  #changedElsewhere(): void {
    if (this.#seen) this.#seen = { ...this.#seen, at: Number.NEGATIVE_INFINITY }
    for (const wake of this.#waiting) wake()
  }
}

/** Only from an error of this package: any other may hold a credential. */
function remedyOf(cause: unknown): string | undefined {
  return cause instanceof StoreError ? cause.remedy : undefined
}
