import type { ServerClock } from './clock.ts'
import { ForageServerError } from './errors.ts'
import type { Emitter } from './events.ts'
import { safeCause } from './safe-cause.ts'
import {
  documentTtlMs,
  emptySlot,
  isUsable,
  memoryMs,
  type Refusal,
  type SlotDocument,
  type Transition,
} from './token-slot.ts'
import type { StoredValue, SwapResult, TokenStore } from './token-store.ts'

export interface SlotViewOptions {
  pool: string
  store: TokenStore
  key: Promise<string>
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
  #isStoreDown = false

  constructor(options: SlotViewOptions) {
    this.#options = options
  }

  get isStoreDown(): boolean {
    return this.#isStoreDown
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

  /** As it is in the store; from memory while the store is down and the token in memory is usable. */
  async read(): Promise<SlotDocument> {
    try {
      const { store, key } = this.#options
      return this.#remember(parse(await store.get(await key)))
    } catch (cause) {
      const error = this.#storeFailed(cause)
      if (this.#seen && isUsable(this.#seen.doc.current, this.#options.clock.now())) return this.#seen.doc
      throw error
    }
  }

  /** Read, reduce, compare-and-swap; again if another instance was faster. */
  async change<Input>(
    transition: (doc: SlotDocument, now: number, input: Input) => Transition,
    input: Input,
  ): Promise<SlotChange> {
    try {
      const change = await this.#swapUntilDecided((doc, now) => transition(doc, now, input))
      this.#remember(change.doc)
      return change
    } catch (cause) {
      throw this.#storeFailed(cause)
    }
  }

  async #swapUntilDecided(reduce: (doc: SlotDocument, now: number) => Transition): Promise<SlotChange> {
    const { store, key, clock } = this.#options
    let stored = await store.get(await key)
    for (;;) {
      const doc = parse(stored)
      const next = reduce(doc, clock.now())
      if ('refused' in next) return { doc, refused: next.refused }
      const result = await this.#swap(stored, next.doc)
      if (result.ok) return next
      stored = result.current
    }
  }

  async #swap(stored: StoredValue | null, doc: SlotDocument): Promise<SwapResult> {
    const { store, key, clock } = this.#options
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now()) }
    return store.cas(await key, stored?.version ?? null, JSON.stringify(doc), swap)
  }

  #remember(doc: SlotDocument): SlotDocument {
    this.#seen = { doc, at: this.#options.clock.now() }
    if (this.#isStoreDown) this.#options.emitter.emit({ type: 'store-available', pool: this.#options.pool })
    this.#isStoreDown = false
    return doc
  }

  #storeFailed(cause: unknown): ForageServerError {
    if (!this.#isStoreDown)
      this.#options.emitter.emit({ type: 'store-unavailable', pool: this.#options.pool })
    this.#isStoreDown = true
    return new ForageServerError('store_unavailable', 'The token store does not answer', {
      remedy: 'Check the connection of the store given as `store`.',
      retryable: true,
      retryAt: this.#options.clock.now() + 1000,
      cause: safeCause(cause),
    })
  }
}

function parse(stored: StoredValue | null): SlotDocument {
  return stored === null ? emptySlot : (JSON.parse(stored.value) as SlotDocument)
}
