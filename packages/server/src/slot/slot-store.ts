import type { ServerClock } from '../shared/clock.ts'
import { withDeadline } from '../shared/deadline.ts'
import { callQuietly } from '../shared/foreign-code.ts'
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
// A lost swap means that another instance won one. So many in a row mean that the store is broken.
const mostSwaps = 100

export interface SlotStoreOptions {
  store: TokenStore
  codec: SlotCodec
  clock: ServerClock
}

export interface SlotChange {
  doc: SlotDocument
  refused?: Refusal
}

type Unsubscribe = () => void

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

  /** Reads, reduces and swaps, again if another instance was faster, but not without end. */
  async change(key: string, reduce: (doc: SlotDocument, now: number) => Transition): Promise<SlotChange> {
    let { doc, version } = await this.#get(key)
    for (let swaps = 0; swaps < mostSwaps; swaps++) {
      const next = reduce(doc, this.#options.clock.now())
      if ('refused' in next) return { doc, refused: next.refused }
      const result = await this.#swap(key, version, next.doc)
      if (result.ok) return next
      ;({ doc, version } = await this.#parse(key, result.current))
    }
    throw Object.assign(new Error('Every swap is refused'), { code: 'CONFLICT' })
  }

  /** Calls `changed` after each change of the slot, if the store reports changes. Resolves with the unsubscription. */
  async subscribe(key: string, changed: () => void): Promise<Unsubscribe | undefined> {
    return this.#options.store.subscribe?.((changedKey) => changedKey === key && changed())
  }

  /** Ends a subscription, even if it begins only later. Never rejects, and waits no longer than the store's time. */
  async unsubscribe(subscription: Promise<Unsubscribe | undefined>): Promise<void> {
    const ended = subscription.then(async (unsubscribe) => unsubscribe?.())
    await this.#bounded(() => ended).catch(() => {})
  }

  async #get(key: string): Promise<VersionedDocument> {
    const { store } = this.#options
    return this.#parse(key, await this.#bounded(() => store.get(key)))
  }

  async #parse(key: string, stored: StoredValue | null): Promise<VersionedDocument> {
    if (stored === null) return { doc: emptySlot, version: null }
    const doc = await this.#bounded(() => this.#options.codec.decode(stored.value, key))
    return { doc, version: stored.version }
  }

  async #swap(key: string, expected: string | null, doc: SlotDocument): Promise<SwapResult> {
    const { store, codec, clock } = this.#options
    const value = await this.#bounded(() => codec.encode(doc, key))
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now()) }
    const result = await this.#bounded(() => store.cas(key, expected, value, swap))
    // A lost notice only makes other instances poll.
    if (result.ok) callQuietly(() => store.publish?.(key))
    return result
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    const { clock, store } = this.#options
    return withDeadline(clock, store.timeoutMs ?? storeTimeoutMs, undefined, work)
  }
}
