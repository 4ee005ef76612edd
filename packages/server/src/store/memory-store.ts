import { assertKnownOptions } from '../shared/known-options.ts'
import { received } from '../shared/received.ts'
import type { StoredValue, SwapOptions, SwapResult, TokenStore } from './token-store.ts'

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /**
   * Confirms that one process serves this merchant. If there were several, or a new one for each cold start, each would
   * mint its own tokens and reach Forage's limit of about 1000 live tokens.
   */
  singleInstance: true
}

const knownOptions = { singleInstance: true } satisfies Record<keyof MemoryStoreOptions, true>

/**
 * Creates a store that keeps slots in this process until it ends. All memory stores of a process share their slots, even
 * if this module is loaded or bundled more than once. Throws `TypeError` without `singleInstance: true`.
 *
 * @example
 * ```ts
 * import { createForageServer, memoryStore } from '@forage-session/server'
 *
 * const forage = createForageServer({
 *   environment: 'sandbox',
 *   credentials: { clientId: process.env.FORAGE_CLIENT_ID!, clientSecret: process.env.FORAGE_CLIENT_SECRET! },
 *   store: memoryStore({ singleInstance: true }),
 * })
 * ```
 */
export function memoryStore(options: MemoryStoreOptions): TokenStore {
  assertKnownOptions(options, knownOptions)
  const singleInstance: unknown = options?.singleInstance
  if (singleInstance !== true) {
    throw new TypeError(
      `Option "singleInstance" must be true, got ${received(singleInstance)}: ` +
        'a memory store serves exactly one process; several instances need a shared store',
    )
  }
  const { get, cas } = slotsOfProcess()
  return { capabilities: { atomic: true }, get, cas }
}

/** The number is the version of this agreement between the copies of this module. */
const slotsOfProcessSymbol = Symbol.for('@forage-session/server/memory-slots/1')

/** Bundlers put a copy of this module into each route, and each copy would mint its own tokens. */
function slotsOfProcess(): MemorySlots {
  const { [slotsOfProcessSymbol]: shared } = globalThis as { [slotsOfProcessSymbol]?: MemorySlots }
  if (shared) return shared
  const slots = memorySlots()
  // Not enumerable: a program that lists the globals does not come upon it.
  Object.defineProperty(globalThis, slotsOfProcessSymbol, { value: slots, configurable: true })
  return slots
}

type MemorySlots = Pick<TokenStore, 'get' | 'cas'>

/** Only functions are reachable, so that no inspection of the globals shows a token. */
function memorySlots(): MemorySlots {
  const values = new Map<string, StoredValue>()
  return {
    get: async (key) => values.get(key) ?? null,
    cas: async (key, expected, value, swap) => compareAndSwap(values, key, expected, value, swap),
  }
}

function compareAndSwap(
  values: Map<string, StoredValue>,
  key: string,
  expected: string | null,
  value: string,
  { nextVersion }: SwapOptions,
): SwapResult {
  const current = values.get(key) ?? null
  if (current?.version === nextVersion) return { ok: true }
  if ((current?.version ?? null) !== expected) return { ok: false, current }
  values.set(key, { value, version: nextVersion })
  return { ok: true }
}
