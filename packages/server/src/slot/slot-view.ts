import type { ServerClock } from '../shared/clock.ts'
import type { CredentialsReader } from '../shared/credentials.ts'
import { ForageServerError } from '../shared/errors.ts'
import type { Emitter } from '../shared/events.ts'
import { errorCode, safeCause } from '../shared/safe-cause.ts'
import { StoreError } from '../store/store-error.ts'
import type { TokenStore } from '../store/token-store.ts'
import { emptySlot, type SlotDocument, type SlotFailure } from './slot-document.ts'
import { isStoreUnavailable } from './slot-error.ts'
import { createSlotKeyReader, type SlotKeyReader } from './slot-key.ts'
import { createSlotCodec } from './stored/slot-codec.ts'
import { SlotStore, type SlotChange, type SlotTransition } from './stored/slot-store.ts'
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

/** The slot as the last request of this process left it. */
interface Memory {
  key: string
  doc: SlotDocument
  at: number
  request: number
  /** The number of changes that the store had reported before. */
  reported: number
}

/** One slot as this process sees it: read from the store, kept in memory, changed by pure transitions. */
export class SlotView {
  readonly #options: SlotViewOptions
  readonly #key: SlotKeyReader
  readonly #slots: SlotStore
  #seen: Memory | undefined
  #requests = 0
  /** The number of changes that the store has reported. */
  #reported = 0
  #storeFailure: StoreFailure | undefined
  readonly #waiting = new Set<() => void>()
  #subscription: Promise<(() => void) | undefined> | undefined

  constructor(options: SlotViewOptions) {
    const { store, clock } = options
    this.#options = options
    this.#key = createSlotKeyReader(options)
    const nextRequest = (): number => ++this.#requests
    this.#slots = new SlotStore({ store, codec: createSlotCodec(store.sealer), clock, nextRequest })
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
    if (!this.#seen || this.isOutdated) return undefined
    const age = this.#options.clock.now() - this.#seen.at
    return age >= 0 && age < memoryMs ? this.#seen.doc : undefined
  }

  /** Whether the store reported a change that this process has not read yet. */
  get isOutdated(): boolean {
    return this.#seen !== undefined && this.#seen.reported < this.#reported
  }

  /** Reads the slot from the store. Rejects with `store_unavailable`. */
  async read(): Promise<SlotDocument> {
    const key = await this.#key.read()
    this.#subscribe(key)
    const { doc } = await this.#remembered(key, (memory) => this.#slots.read(key, memory))
    return this.#memoryOf(key) ?? doc
  }

  /** Applies a transition to the slot in the store. Rejects with `store_unavailable`. */
  async change<Input>(transition: SlotTransition<Input>, input: Input): Promise<SlotChange> {
    const key = await this.#key.read()
    return this.#remembered(key, (memory) => this.#slots.change(key, memory, transition, input))
  }

  /**
   * Applies a transition to the memory of this process only, because the store does not answer. Once it does, the slot in
   * the store learns of it.
   */
  async changeMemory<Input>(transition: SlotTransition<Input>, input: Input): Promise<SlotChange> {
    const key = await this.#key.read()
    const before = this.#memoryOf(key) ?? emptySlot
    const next = transition(before, this.#options.clock.now(), input)
    const doc = 'doc' in next ? next.doc : before
    const { at = Number.NEGATIVE_INFINITY, reported = this.#reported } = this.#seen ?? {}
    const request = ++this.#requests
    this.#seen = { key, doc, at, reported, request }
    return { doc, isRestored: false, request, ...('refused' in next && { refused: next.refused }) }
  }

  /**
   * Applies a transition to the slot in the store, or to the memory of this process if the store does not answer. Returns
   * why the store does not have it.
   */
  async changeAnyway<Input>(
    transition: SlotTransition<Input>,
    input: Input,
  ): Promise<ForageServerError | undefined> {
    try {
      await this.change(transition, input)
      return undefined
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error
      await this.changeMemory(transition, input)
      return error
    }
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
    if (this.#subscription) await this.#slots.unsubscribe(this.#subscription)
  }

  /** Runs an operation of the store, and remembers the slot as it left it. */
  async #remembered(
    key: string,
    run: (memory: SlotDocument | undefined) => Promise<SlotChange>,
  ): Promise<SlotChange> {
    const reported = this.#reported
    const change = await run(this.#memoryOf(key)).catch((cause: unknown) => this.#storeFailed(cause))
    const { clock, emitter, pool } = this.#options
    if (this.isStoreDown) emitter.emit({ type: 'store-available', pool })
    this.#storeFailure = undefined
    if (change.isRestored) emitter.emit({ type: 'slot-restored', pool })
    const { doc, request } = change
    if (this.#seen?.key !== key || this.#seen.request < request)
      this.#seen = { key, doc, at: clock.now(), request, reported }
    return change
  }

  #memoryOf(key: string): SlotDocument | undefined {
    return this.#seen?.key === key ? this.#seen.doc : undefined
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
    this.#reported++
    for (const wake of this.#waiting) wake()
  }
}

/** Only from an error of this package: any other may hold a credential. */
function remedyOf(cause: unknown): string | undefined {
  return cause instanceof StoreError ? cause.remedy : undefined
}
