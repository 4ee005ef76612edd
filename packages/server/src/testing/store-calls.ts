import type { StoredValue, SwapResult, TokenStore } from '../store/token-store.ts'

const ttlMs = 60_000

/** Swaps a value that lives longer than the test. */
export function swap(
  store: TokenStore,
  key: string,
  expected: string | null,
  nextVersion: string,
  value: string,
): Promise<SwapResult> {
  return store.cas(key, expected, value, { nextVersion, ttlMs })
}

/** Swaps a value and notifies all instances, whether or not the store's `cas` does so. */
export async function swapAndPublish(
  store: TokenStore,
  key: string,
  ...write: [null, string, string]
): Promise<void> {
  await swap(store, key, ...write)
  await store.publish?.(key)
}

/** Adds one to the stored number, several times, and repeats each swap until it wins. */
export async function addTimes(store: TokenStore, key: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await addOne(store, key, await store.get(key))
}

async function addOne(store: TokenStore, key: string, stored: StoredValue | null): Promise<void> {
  const value = String(Number(stored?.value ?? 0) + 1)
  const result = await swap(store, key, stored?.version ?? null, crypto.randomUUID(), value)
  if (!result.ok) await addOne(store, key, result.current)
}

/** The keys that one subscriber was called with. */
export interface Hearing {
  changed: (key: string) => void
  keys: string[]
  /** Resolves once `changed` was called with this key. */
  heard(key: string): Promise<string>
}

export function createHearing(): Hearing {
  const keys: string[] = []
  const waiting = new Map<string, (key: string) => void>()
  return {
    keys,
    changed(key) {
      keys.push(key)
      waiting.get(key)?.(key)
    },
    heard: (key) =>
      new Promise((resolve) => {
        if (keys.includes(key)) resolve(key)
        else waiting.set(key, resolve)
      }),
  }
}
