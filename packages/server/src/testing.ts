/**
 * The contract of a token store, as tests for a store that you write.
 *
 * @module @forage-session/server/testing
 */

import type { StoredValue, SwapResult, TokenStore } from './store/token-store.ts'

/** Of vitest, Jest or Bun; with `node:test`, `expect` is three lines over `assert.deepEqual`. */
export interface TokenStoreTestTools {
  /** Groups the tests that `run` declares. */
  describe(name: string, run: () => void): unknown
  /** Declares one test. */
  test(name: string, run: () => Promise<void>): unknown
  /** Compares by value. */
  expect(actual: unknown): { toEqual(expected: unknown): unknown }
}

/**
 * One instance's store. Called several times in a test: all that it makes share their values, as the instances
 * of a fleet do. What the stores opened is closed after each test.
 */
export type CreateTokenStore = () => TokenStore | Promise<TokenStore>

interface Fleet {
  key: string
  stores: TokenStore[]
}

interface StoreTest {
  name: string
  /** Runs with one key that was never used, and this many instances. */
  instances: number
  run(fleet: Fleet, expect: TokenStoreTestTools['expect']): Promise<void>
}

/** The contract of a `TokenStore`, as tests: each names one rule. A store that passes may be given to a server. */
export function describeTokenStore(
  name: string,
  createStore: CreateTokenStore,
  { describe, test, expect }: TokenStoreTestTools,
): void {
  describe(`${name} keeps the contract of a token store:`, () => {
    for (const storeTest of storeTests) {
      test(storeTest.name, () =>
        withFleet(createStore, storeTest.instances, (fleet) => storeTest.run(fleet, expect)),
      )
    }
  })
}

async function withFleet(
  createStore: CreateTokenStore,
  instances: number,
  run: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const stores: TokenStore[] = []
  try {
    for (let i = 0; i < instances; i++) stores.push(await createStore())
    await run({ key: `fst:1:{test}:${crypto.randomUUID()}`, stores })
  } finally {
    await Promise.all(stores.map(async (store) => store.close?.()))
  }
}

const ttlMs = 60_000

const storeTests: StoreTest[] = [
  {
    name: 'it says that it compares and swaps in one step',
    instances: 1,
    run: async ({ stores: [store] }, expect) => expectEqual(expect, store!.capabilities.atomic, true),
  },
  {
    name: 'a key that was never written is null',
    instances: 1,
    run: async ({ key, stores: [store] }, expect) => expectEqual(expect, await store!.get(key), null),
  },
  {
    name: 'what one instance writes, another reads, with the version of the writer',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      expect(await swap(one!, key, null, 'v1', 'first')).toEqual({ ok: true })
      expect(await other!.get(key)).toEqual({ value: 'first', version: 'v1' })
    },
  },
  {
    name: 'a value comes back as it was, whatever is in it',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      const value = JSON.stringify({ text: '"\\\n\0 ünï 🌱', long: 'x'.repeat(65_536) })
      await swap(store!, key, null, 'v1', value)
      expect(await store!.get(key)).toEqual({ value, version: 'v1' })
    },
  },
  {
    name: 'a write over the version that is there replaces it',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      await swap(one!, key, null, 'v1', 'first')
      expect(await swap(other!, key, 'v1', 'v2', 'second')).toEqual({ ok: true })
      expect(await one!.get(key)).toEqual({ value: 'second', version: 'v2' })
    },
  },
  {
    name: 'a write over an older version is refused, changes nothing, and shows what is there',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      await swap(one!, key, null, 'v1', 'first')
      await swap(one!, key, 'v1', 'v2', 'second')
      const current: StoredValue = { value: 'second', version: 'v2' }
      expect(await swap(other!, key, 'v1', 'v3', 'late')).toEqual({ ok: false, current })
      expect(await one!.get(key)).toEqual(current)
    },
  },
  {
    name: 'a first write is refused where something is stored, and shows it',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      await swap(one!, key, null, 'v1', 'first')
      const current: StoredValue = { value: 'first', version: 'v1' }
      expect(await swap(other!, key, null, 'v2', 'also first')).toEqual({ ok: false, current })
      expect(await one!.get(key)).toEqual(current)
    },
  },
  {
    name: 'a write over something is refused where nothing is stored',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      expect(await swap(store!, key, 'v1', 'v2', 'second')).toEqual({ ok: false, current: null })
      expect(await store!.get(key)).toEqual(null)
    },
  },
  {
    name: 'a write that is sent again after a reconnect is the same write',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      const first = await swap(store!, key, null, 'v1', 'first')
      const resent = await swap(store!, key, null, 'v1', 'first')
      expect([first, resent]).toEqual([{ ok: true }, { ok: true }])
    },
  },
  {
    name: 'keys do not know of each other',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      await swap(store!, key, null, 'v1', 'first')
      expect(await store!.get(`${key}2`)).toEqual(null)
      expect(await swap(store!, `${key}2`, null, 'v1', 'its own')).toEqual({ ok: true })
      expect(await store!.get(key)).toEqual({ value: 'first', version: 'v1' })
    },
  },
  {
    name: 'of two hundred writers at once one wins, and the others see what it wrote',
    instances: 4,
    async run({ key, stores }, expect) {
      const contend = (i: number): Promise<SwapResult> =>
        swap(stores[i % stores.length]!, key, null, `v${i}`, `value ${i}`)
      const results = await Promise.all(Array.from({ length: 200 }, (_, i) => contend(i)))
      const winner = results.findIndex(({ ok }) => ok)
      const current: StoredValue = { value: `value ${winner}`, version: `v${winner}` }
      const expected = results.map((_, i) => (i === winner ? { ok: true } : { ok: false, current }))
      expect(results).toEqual(expected)
    },
  },
  {
    name: 'of a hundred additions by four instances none is lost',
    instances: 4,
    async run({ key, stores }, expect) {
      await Promise.all(stores.map((store) => addTimes(store, key, 25)))
      expect((await stores[0]!.get(key))?.value).toEqual('100')
    },
  },
  {
    name: 'its clock, if it has one, counts milliseconds since 1970 and does not go back',
    instances: 2,
    async run({ stores }, expect) {
      const times: number[] = []
      for (const { now } of stores) if (now) times.push(await now())
      const aDay = 24 * 60 * 60 * 1000
      expect(times.every((time) => Math.abs(time - Date.now()) < aDay)).toEqual(true)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    },
  },
  {
    name: 'if it can tell of changes, it tells every instance of a write, by its key',
    instances: 3,
    async run({ key, stores: [one, ...others] }, expect) {
      const told = [one!, ...others].filter(({ subscribe }) => subscribe).map(() => listening())
      const unsubscribe = await Promise.all(
        told.map(({ changed }, i) => [one!, ...others][i]!.subscribe!(changed)),
      )
      await swapAndPublish(one!, key, null, 'v1', 'first')
      for (const { heard } of told) expect(await heard(key)).toEqual(key)
      for (const end of unsubscribe) end()
    },
  },
  {
    name: 'if it can tell of changes, it tells no more whom it was told not to',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      if (!other!.subscribe) return
      const former = listening()
      const present = listening()
      const unsubscribe = await other!.subscribe(former.changed)
      await other!.subscribe(present.changed)
      unsubscribe()
      await swapAndPublish(one!, key, null, 'v1', 'first')
      expect(await present.heard(key)).toEqual(key)
      expect(former.keys).toEqual([])
    },
  },
]

function swap(
  store: TokenStore,
  key: string,
  expected: string | null,
  nextVersion: string,
  value: string,
): Promise<SwapResult> {
  return store.cas(key, expected, value, { nextVersion, ttlMs })
}

async function swapAndPublish(
  store: TokenStore,
  key: string,
  ...write: [null, string, string]
): Promise<void> {
  await swap(store, key, ...write)
  await store.publish?.(key)
}

async function addTimes(store: TokenStore, key: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await addOne(store, key, await store.get(key))
}

async function addOne(store: TokenStore, key: string, stored: StoredValue | null): Promise<void> {
  const value = String(Number(stored?.value ?? 0) + 1)
  const result = await swap(store, key, stored?.version ?? null, crypto.randomUUID(), value)
  if (!result.ok) await addOne(store, key, result.current)
}

interface Listening {
  changed: (key: string) => void
  keys: string[]
  /** Resolves once the key was told. */
  heard(key: string): Promise<string>
}

function listening(): Listening {
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

function expectEqual(expect: TokenStoreTestTools['expect'], actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
}
