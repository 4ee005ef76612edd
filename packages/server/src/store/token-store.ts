import type { Sealer } from './sealing.ts'

/** What a store keeps under one key. */
export interface StoredValue {
  /** Text, opaque to the store. */
  value: string
  /** The `nextVersion` of the swap that wrote it. */
  version: string
}

/** Whether the value was written; if not, what is stored instead. */
export type SwapResult = { ok: true } | { ok: false; current: StoredValue | null }

/** What a swap writes beside the value. */
export interface SwapOptions {
  /** Made by the caller: a swap that is sent again after a reconnect finds its own version, and is `ok`. */
  nextVersion: string
  /** How long the value is worth keeping, in ms. */
  ttlMs: number
}

/**
 * Where the instances of one merchant share their slots: one value per key, changed by compare-and-swap.
 * `describeTokenStore` of `@forage-session/server/testing` tells whether a store of your own keeps this contract.
 */
export interface TokenStore {
  /** A store that cannot compare and swap would let every instance mint: it is refused. */
  readonly capabilities: { readonly atomic: true }
  /** The value, or null if there is none, or it has expired. */
  get(key: string): Promise<StoredValue | null>
  /** Writes `value` if the version is still `expected` (`null`: nothing stored yet). */
  cas(key: string, expected: string | null, value: string, options: SwapOptions): Promise<SwapResult>
  /** How long one operation may take, in ms, before the store counts as down. Default: 500. */
  readonly timeoutMs?: number | undefined
  /** One clock for all instances: ms since the epoch. */
  now?(): Promise<number>
  /** Tells all subscribers, this instance's too, that the value changed; not there where `cas` does it. */
  publish?(key: string): Promise<void>
  /**
   * Calls `changed` with the key of each value that changed, whichever instance changed it, and resolves once it
   * does; the function it resolves with ends that. A hint, not a promise: `get` finds the change anyway.
   */
  subscribe?(changed: (key: string) => void): Promise<() => void>
  /** Seals the tokens in the values; without one they are stored as they are. */
  readonly sealer?: Sealer | undefined
  /** Ends what the store opened itself. */
  close?(): Promise<void>
}
