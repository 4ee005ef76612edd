import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { ForageServerError } from '../shared/errors.ts'
import type { Emitter } from '../shared/events.ts'
import { safeCause } from '../shared/safe-cause.ts'
import type { StoredValue, SwapResult, TokenStore } from '../store/token-store.ts'
import type { SlotCodec } from './slot-codec.ts'
import {
  documentTtlMs,
  emptySlot,
  type Refusal,
  type SlotDocument,
  type SlotFailure,
  type Transition,
} from './slot-document.ts'
import type { SlotKeyReader } from './slot-key-reader.ts'
import { memoryMs } from './token-windows.ts'

// Redis clients with an offline queue answer seconds later, or never.
const storeTimeoutMs = 500
const storeRetryMs = 1000

export interface SlotViewOptions {
  pool: string
  store: TokenStore
  codec: SlotCodec
  key: SlotKeyReader
  emitter: Emitter
  clock: ServerClock
}

export interface SlotChange {
  doc: SlotDocument
  refused?: Refusal
}

/** One slot as this process sees it: read from the store, kept in memory, changed by pure transitions. */
export class SlotView {
  readonly #options: SlotViewOptions
  #seen: { doc: SlotDocument; at: number } | undefined
  #storeRetryAt: number | undefined
  readonly #waiting = new Set<() => void>()
  #subscription: Promise<(() => void) | undefined> | undefined

  constructor(options: SlotViewOptions) {
    this.#options = options
  }

  get isStoreDown(): boolean {
    return this.#storeRetryAt !== undefined
  }

  /** While the store is down it is asked once a second, not by every caller. */
  get mayAskStore(): boolean {
    return this.#storeRetryAt === undefined || this.#options.clock.now() >= this.#storeRetryAt
  }

  /** Why nobody knows which slot it is. */
  get keyFailure(): SlotFailure | undefined {
    return this.#options.key.failure
  }

  /** As last seen, however long ago. */
  get lastSeen(): SlotDocument | undefined {
    return this.#seen?.doc
  }

  /** As seen within the last 30 s. A clock that was set back makes the memory worthless. */
  get recent(): SlotDocument | undefined {
    const now = this.#options.clock.now()
    return this.#seen && now >= this.#seen.at && now - this.#seen.at < memoryMs ? this.#seen.doc : undefined
  }

  /** As it is in the store. */
  async read(): Promise<SlotDocument> {
    const name = await this.#options.key.read()
    try {
      this.#subscribe(name)
      return this.#remember((await this.#get(name)).doc)
    } catch (cause) {
      throw this.#storeFailed(cause)
    }
  }

  /** Read, reduce, compare-and-swap; again if another instance was faster. */
  async change<Input>(
    transition: (doc: SlotDocument, now: number, input: Input) => Transition,
    input: Input,
  ): Promise<SlotChange> {
    const name = await this.#options.key.read()
    try {
      const change = await this.#swapUntilDecided(name, (doc, now) => transition(doc, now, input))
      this.#remember(change.doc)
      return change
    } catch (cause) {
      throw this.#storeFailed(cause)
    }
  }

  /** The API refused this token while the store is down: this process serves it no more. */
  forget(id: string): void {
    if (this.#seen?.doc.current?.id !== id) return
    this.#seen = { ...this.#seen, doc: { ...this.#seen.doc, current: null } }
  }

  /** Resolves after `ms`, or as soon as another instance says that the slot changed. */
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

  async #swapUntilDecided(
    name: string,
    reduce: (doc: SlotDocument, now: number) => Transition,
  ): Promise<SlotChange> {
    let { doc, version } = await this.#get(name)
    for (;;) {
      const next = reduce(doc, this.#options.clock.now())
      if ('refused' in next) return { doc, refused: next.refused }
      const result = await this.#swap(name, version, next.doc)
      if (result.ok) return next
      ;({ doc, version } = await this.#parse(result.current))
    }
  }

  async #get(name: string): Promise<VersionedDocument> {
    const { store } = this.#options
    return this.#parse(await this.#bounded(() => store.get(name)))
  }

  async #parse(stored: StoredValue | null): Promise<VersionedDocument> {
    if (stored === null) return { doc: emptySlot, version: null }
    return { doc: await this.#options.codec.decode(stored.value), version: stored.version }
  }

  async #swap(name: string, expected: string | null, doc: SlotDocument): Promise<SwapResult> {
    const { store, codec, clock } = this.#options
    const value = await codec.encode(doc)
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now()) }
    const result = await this.#bounded(() => store.cas(name, expected, value, swap))
    // Lost news cost a poll, nothing else.
    if (result.ok) void store.publish?.(name).catch(() => {})
    return result
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    const { clock, store } = this.#options
    return withDeadline(clock, store.timeoutMs ?? storeTimeoutMs, undefined, work)
  }

  #remember(doc: SlotDocument): SlotDocument {
    const { clock, emitter, pool } = this.#options
    this.#seen = { doc, at: clock.now() }
    if (this.isStoreDown) emitter.emit({ type: 'store-available', pool })
    this.#storeRetryAt = undefined
    return doc
  }

  #storeFailed(cause: unknown): ForageServerError {
    const { clock, emitter, pool } = this.#options
    if (!this.isStoreDown) emitter.emit({ type: 'store-unavailable', pool })
    this.#storeRetryAt = clock.now() + storeRetryMs
    return new ForageServerError('store_unavailable', 'The token store does not answer', {
      remedy: 'Check the connection of the store given as `store`.',
      retryable: true,
      retryAt: this.#storeRetryAt,
      cause: safeCause(cause),
    })
  }

  #subscribe(name: string): void {
    const { store } = this.#options
    this.#subscription ??= Promise.resolve()
      .then(() => store.subscribe?.((changed) => changed === name && this.#changedElsewhere()))
      // Without news the slot is found by polling.
      .catch(() => undefined)
  }

  #changedElsewhere(): void {
    if (this.#seen) this.#seen = { ...this.#seen, at: Number.NEGATIVE_INFINITY }
    for (const wake of this.#waiting) wake()
  }
}

interface VersionedDocument {
  doc: SlotDocument
  version: string | null
}
