import type { Sealer } from './sealing.ts'

/** The value and the version that a store keeps under one key. */
export interface StoredValue {
  /** Text, opaque to the store. */
  value: string
  /** The `nextVersion` of the swap that wrote it. */
  version: string
}

/** The result of a swap: whether the value was written and, if not, the stored value. */
export type SwapResult = { ok: true } | { ok: false; current: StoredValue | null }

/** Options of a swap. */
export interface SwapOptions {
  /**
   * The version that this swap writes. The caller makes it, so that a swap that a reconnect sends again finds its own
   * version and is `ok`.
   */
  nextVersion: string
  /** Lifetime of the value in ms. */
  ttlMs: number
}

/**
 * A place where the instances of one merchant share their slots: one value per key, changed by compare-and-swap.
 * `describeTokenStore` from `@forage-session/server/testing` tests a store that you write.
 */
export interface TokenStore {
  /** Confirms that `cas` is one step. The server refuses any other store, because every instance would mint. */
  readonly capabilities: { readonly atomic: true }
  /** Returns the value, or null if no value is stored or the value has expired. */
  get(key: string): Promise<StoredValue | null>
  /** Writes `value` if the stored version is `expected`. `null` expects that no value is stored. */
  cas(key: string, expected: string | null, value: string, options: SwapOptions): Promise<SwapResult>
  /** Time in ms after which an operation counts as failed. Default: 500. */
  readonly timeoutMs?: number | undefined
  /** Returns the time of one clock that all instances share, in ms since the epoch. */
  now?(): Promise<number>
  /** Notifies all subscribers that the value changed, this instance included. Absent if `cas` does so itself. */
  publish?(key: string): Promise<void>
  /**
   * Calls `changed` with the key of each value that any instance changes. Resolves, once it is subscribed, with the
   * function that unsubscribes. A call may be lost, because `get` finds each change later.
   */
  subscribe?(changed: (key: string) => void): Promise<() => void>
  /**
   * Returns a code if `subscribe` was called and notifications do not arrive at present, so that changes are found later.
   * Returns undefined if they arrive.
   */
  pushFailure?(): string | undefined
  /** Seals the tokens in the values. Without a sealer, the store holds readable tokens. */
  readonly sealer?: Sealer | undefined
  /** Closes the connections and timers that the store itself opened. */
  close?(): Promise<void>
}
