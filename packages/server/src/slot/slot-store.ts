import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import type { StoredValue, SwapResult, TokenStore } from '../store/token-store.ts'
import type { SlotCodec } from './slot-codec.ts'
import {
  documentTtlMs,
  emptySlot,
  type Refusal,
  type SlotDocument,
  type Transition,
} from './slot-document.ts'

// Redis clients with an offline queue answer seconds later, or never.
const storeTimeoutMs = 500

export interface SlotStoreOptions {
  store: TokenStore
  codec: SlotCodec
  clock: ServerClock
}

export interface SlotChange {
  doc: SlotDocument
  refused?: Refusal
}

interface VersionedDocument {
  doc: SlotDocument
  version: string | null
}

/** Reads and changes slots in the store, each operation within the store's time. Rejects with the store's error. */
export class SlotStore {
  readonly #options: SlotStoreOptions

  constructor(options: SlotStoreOptions) {
    this.#options = options
  }

  async read(key: string): Promise<SlotDocument> {
    return (await this.#get(key)).doc
  }

  /** Reads, reduces and swaps, again if another instance was faster. */
  async change(key: string, reduce: (doc: SlotDocument, now: number) => Transition): Promise<SlotChange> {
    let { doc, version } = await this.#get(key)
    for (;;) {
      const next = reduce(doc, this.#options.clock.now())
      if ('refused' in next) return { doc, refused: next.refused }
      const result = await this.#swap(key, version, next.doc)
      if (result.ok) return next
      ;({ doc, version } = await this.#parse(result.current))
    }
  }

  /** Calls `changed` after each change of the slot, if the store reports changes. Resolves with the unsubscription. */
  async subscribe(key: string, changed: () => void): Promise<(() => void) | undefined> {
    return this.#options.store.subscribe?.((changedKey) => changedKey === key && changed())
  }

  async #get(key: string): Promise<VersionedDocument> {
    const { store } = this.#options
    return this.#parse(await this.#bounded(() => store.get(key)))
  }

  async #parse(stored: StoredValue | null): Promise<VersionedDocument> {
    if (stored === null) return { doc: emptySlot, version: null }
    return { doc: await this.#options.codec.decode(stored.value), version: stored.version }
  }

  async #swap(key: string, expected: string | null, doc: SlotDocument): Promise<SwapResult> {
    const { store, codec, clock } = this.#options
    const value = await codec.encode(doc)
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now()) }
    const result = await this.#bounded(() => store.cas(key, expected, value, swap))
    // A lost notice only makes other instances poll.
    if (result.ok) void store.publish?.(key).catch(() => {})
    return result
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    const { clock, store } = this.#options
    return withDeadline(clock, store.timeoutMs ?? storeTimeoutMs, undefined, work)
  }
}
