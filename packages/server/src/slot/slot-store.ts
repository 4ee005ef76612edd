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
import { withMemory, type KnownSlot } from './slot-memory.ts'

// Redis clients with an offline queue answer seconds later, or never.
const storeTimeoutMs = 500
// A lost swap means that another instance won one. So many in a row mean that the store is broken.
const mostSwaps = 100

export interface SlotStoreOptions {
  store: TokenStore
  codec: SlotCodec
  clock: ServerClock
  /** Returns the next number. Requests are numbered, because a slow one may be answered after a later one. */
  nextRequest: () => number
}

export interface SlotChange {
  doc: SlotDocument
  refused?: Refusal
  /** Whether the store had lost a part of the slot. It has it again. */
  isRestored: boolean
  /** The number of the request that returned or wrote the document. */
  request: number
}

type Unsubscribe = () => void

interface VersionedDocument extends KnownSlot {
  version: string | null
  request: number
}

/**
 * Reads and changes slots in the store, each operation within the store's time. A slot that lacks
 * something that the caller remembers gets it back. Rejects with the store's error.
 */
export class SlotStore {
  readonly #options: SlotStoreOptions

  constructor(options: SlotStoreOptions) {
    this.#options = options
  }

  async read(key: string, memory: SlotDocument | undefined): Promise<SlotChange> {
    const { version: _, ...read } = await this.#get(key, memory)
    return read.isRestored ? this.change(key, memory, (doc) => ({ doc })) : read
  }

  /** Reads, reduces and swaps, again if another instance was faster, but not without end. */
  async change(
    key: string,
    memory: SlotDocument | undefined,
    reduce: (doc: SlotDocument, now: number) => Transition,
  ): Promise<SlotChange> {
    let { version, ...seen } = await this.#get(key, memory)
    for (let swaps = 0; swaps < mostSwaps; swaps++) {
      const next = reduce(seen.doc, this.#options.clock.now())
      const change = 'refused' in next ? { ...seen, refused: next.refused } : { ...seen, doc: next.doc }
      if ('refused' in next && !seen.isRestored) return change
      const request = this.#options.nextRequest()
      const result = await this.#swap(key, version, change.doc)
      if (result.ok) return { ...change, request }
      ;({ version, ...seen } = await this.#parse(key, memory, result.current, request))
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

  async #get(key: string, memory: SlotDocument | undefined): Promise<VersionedDocument> {
    const { store, nextRequest } = this.#options
    const request = nextRequest()
    return this.#parse(key, memory, await this.#bounded(() => store.get(key)), request)
  }

  async #parse(
    key: string,
    memory: SlotDocument | undefined,
    stored: StoredValue | null,
    request: number,
  ): Promise<VersionedDocument> {
    const { codec, clock } = this.#options
    const doc = stored === null ? emptySlot : await this.#bounded(() => codec.decode(stored.value, key))
    const known = memory ? withMemory(doc, memory, clock.now()) : { doc, isRestored: false }
    return { ...known, version: stored?.version ?? null, request }
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
