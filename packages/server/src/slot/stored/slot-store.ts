import type { ServerClock } from '../../shared/clock.ts'
import { withDeadline } from '../../shared/deadline.ts'
import { callQuietly } from '../../shared/foreign-code.ts'
import type { StoredValue, SwapResult, TokenStore } from '../../store/token-store.ts'
import {
  documentTtlMs,
  emptySlot,
  type Refusal,
  type SlotDocument,
  type Transition,
} from '../slot-document.ts'
import type { SlotCodec } from './slot-codec.ts'
import { withMemory, type KnownSlot } from './slot-memory.ts'
import { shiftTimes } from './slot-times.ts'
import { StoreTime } from './store-time.ts'

// Redis clients with an offline queue answer seconds later, or never.
const storeTimeoutMs = 500
// A store that has a deadline itself says what was wrong, so its error comes first.
const graceMs = 50
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

export type SlotTransition<Input> = (doc: SlotDocument, now: number, input: Input) => Transition

type Unsubscribe = () => void

interface VersionedDocument extends KnownSlot {
  version: string | null
  request: number
}

/** The facts that the caller knows, in times of the store's clock. */
interface Knowledge {
  memory: SlotDocument | undefined
  aheadMs: number
}

/**
 * Reads and changes slots in the store, each operation within the store's time. A slot that lacks something that the
 * caller remembers gets it back. Transitions see the time of the store's clock, if it has one; callers give and get times
 * of this instance's clock. Rejects with the store's error.
 */
export class SlotStore {
  readonly #options: SlotStoreOptions
  readonly #time: StoreTime

  constructor(options: SlotStoreOptions) {
    const { store, clock } = options
    this.#options = options
    this.#time = new StoreTime({ store, clock, timeoutMs: deadlineOf(store) })
  }

  async read(key: string, memory: SlotDocument | undefined): Promise<SlotChange> {
    const [{ version: _, ...read }, { aheadMs }] = await this.#get(key, memory)
    if (read.isRestored) return this.change(key, memory, (doc) => ({ doc }), undefined)
    return { ...read, doc: shiftTimes(read.doc, -aheadMs) }
  }

  /** Reads, reduces and swaps, again if another instance was faster, but not without end. */
  async change<Input>(
    key: string,
    memory: SlotDocument | undefined,
    transition: SlotTransition<Input>,
    input: Input,
  ): Promise<SlotChange> {
    const [read, known] = await this.#get(key, memory)
    const { aheadMs } = known
    const given = shiftTimes(input, aheadMs)
    const here = (change: SlotChange): SlotChange => ({ ...change, doc: shiftTimes(change.doc, -aheadMs) })
    let { version, ...seen } = read
    for (let swaps = 0; swaps < mostSwaps; swaps++) {
      const next = transition(seen.doc, this.#options.clock.now() + aheadMs, given)
      const change = 'refused' in next ? { ...seen, refused: next.refused } : { ...seen, doc: next.doc }
      if ('refused' in next && !seen.isRestored) return here(change)
      const request = this.#options.nextRequest()
      const result = await this.#swap(key, version, change.doc, aheadMs)
      if (result.ok) return here({ ...change, request })
      ;({ version, ...seen } = await this.#parse(key, known, result.current, request))
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

  /** Reads the document, and how far the store's clock is ahead. */
  async #get(key: string, memory: SlotDocument | undefined): Promise<[VersionedDocument, Knowledge]> {
    const { store, nextRequest } = this.#options
    const request = nextRequest()
    const [stored, aheadMs] = await Promise.all([
      this.#bounded(() => store.get(key)),
      this.#bounded(() => this.#time.aheadMs()).catch(() => this.#time.last),
    ])
    const known = { memory: memory && shiftTimes(memory, aheadMs), aheadMs }
    return [await this.#parse(key, known, stored, request), known]
  }

  async #parse(
    key: string,
    { memory, aheadMs }: Knowledge,
    stored: StoredValue | null,
    request: number,
  ): Promise<VersionedDocument> {
    const { codec, clock } = this.#options
    const doc = stored === null ? emptySlot : await this.#bounded(() => codec.decode(stored.value, key))
    const known = memory ? withMemory(doc, memory, clock.now() + aheadMs) : { doc, isRestored: false }
    return { ...known, version: stored?.version ?? null, request }
  }

  async #swap(key: string, expected: string | null, doc: SlotDocument, aheadMs: number): Promise<SwapResult> {
    const { store, codec, clock } = this.#options
    const value = await this.#bounded(() => codec.encode(doc, key))
    const swap = { nextVersion: crypto.randomUUID(), ttlMs: documentTtlMs(doc, clock.now() + aheadMs) }
    const result = await this.#bounded(() => store.cas(key, expected, value, swap))
    // A lost notice only makes other instances poll.
    if (result.ok) callQuietly(() => store.publish?.(key))
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
