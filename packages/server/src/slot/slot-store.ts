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
import { shiftTimes } from './stored/slot-times.ts'
import { StoreTime } from './stored/store-time.ts'

// Redis clients with an offline queue answer seconds later, or never.
const storeTimeoutMs = 500
// A store that has a deadline itself says what was wrong, so its error comes first.
const graceMs = 50

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

export type SlotTransition<Input> = (doc: SlotDocument, now: number, input: Input) => Transition

/**
 * Reads and changes slots in the store, each operation within the store's time. Transitions see the time of the store's
 * clock, if it has one; callers give and get times of this instance's clock. Rejects with the store's error.
 */
export class SlotStore {
  readonly #options: SlotStoreOptions
  readonly #time: StoreTime

  constructor(options: SlotStoreOptions) {
    const { store, clock } = options
    this.#options = options
    this.#time = new StoreTime({ store, clock, timeoutMs: deadlineOf(store) })
  }

  async read(key: string): Promise<SlotDocument> {
    const [{ doc }, aheadMs] = await this.#get(key)
    return shiftTimes(doc, -aheadMs)
  }

  /** Reads, reduces and swaps, again if another instance was faster. */
  async change<Input>(key: string, transition: SlotTransition<Input>, input: Input): Promise<SlotChange> {
    const [read, aheadMs] = await this.#get(key)
    const given = shiftTimes(input, aheadMs)
    let { doc, version } = read
    for (;;) {
      const next = transition(doc, this.#options.clock.now() + aheadMs, given)
      if ('refused' in next) return { doc: shiftTimes(doc, -aheadMs), refused: next.refused }
      const result = await this.#swap(key, version, next.doc, aheadMs)
      if (result.ok) return { doc: shiftTimes(next.doc, -aheadMs) }
      ;({ doc, version } = await this.#parse(result.current))
    }
  }

  /** Calls `changed` after each change of the slot, if the store reports changes. Resolves with the unsubscription. */
  async subscribe(key: string, changed: () => void): Promise<(() => void) | undefined> {
    return this.#options.store.subscribe?.((changedKey) => changedKey === key && changed())
  }

  /** Reads the document, and how far the store's clock is ahead. */
  async #get(key: string): Promise<[VersionedDocument, number]> {
    const { store } = this.#options
    return Promise.all([
      this.#bounded(() => store.get(key)).then((stored) => this.#parse(stored)),
      this.#bounded(() => this.#time.aheadMs()).catch(() => this.#time.last),
    ])
  }

  async #parse(stored: StoredValue | null): Promise<VersionedDocument> {
    if (stored === null) return { doc: emptySlot, version: null }
    return { doc: await this.#options.codec.decode(stored.value), version: stored.version }
  }

  async #swap(key: string, expected: string | null, doc: SlotDocument, aheadMs: number): Promise<SwapResult> {
    const { store, codec, clock } = this.#options
    const value = await codec.encode(doc)
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now() + aheadMs) }
    const result = await this.#bounded(() => store.cas(key, expected, value, swap))
    // A lost notice only makes other instances poll.
    if (result.ok) void store.publish?.(key).catch(() => {})
    return result
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    const { clock, store } = this.#options
    return withDeadline(clock, deadlineOf(store), undefined, work)
  }
}

function deadlineOf({ timeoutMs }: TokenStore): number {
  return timeoutMs === undefined ? storeTimeoutMs : timeoutMs + graceMs
}
