import type { StoredValue, SwapResult, TokenStore } from '../store/token-store.ts'
import { addTimes, createHearing, swap, swapAndPublish } from './store-calls.ts'

/** Compares two values by their contents. */
export type Expect = (actual: unknown) => { toEqual(expected: unknown): unknown }

/** Stores of several instances, and a key that no test used before. */
export interface Fleet {
  key: string
  stores: TokenStore[]
}

/** One rule of the contract, as a test with this number of instances. */
export interface TokenStoreRule {
  name: string
  instances: number
  run(fleet: Fleet, expect: Expect): Promise<void>
}

/** The contract of a `TokenStore`. */
export const tokenStoreRules: readonly TokenStoreRule[] = [
  {
    name: 'the store confirms that it compares and swaps in one step',
    instances: 1,
    run: async ({ stores: [store] }, expect) => expectEqual(expect, store!.capabilities.atomic, true),
  },
  {
    name: 'a key that was never written reads as null',
    instances: 1,
    run: async ({ key, stores: [store] }, expect) => expectEqual(expect, await store!.get(key), null),
  },
  {
    name: 'an instance reads a value that another instance wrote, with its version',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      expect(await swap(one!, key, null, 'v1', 'first')).toEqual({ ok: true })
      expect(await other!.get(key)).toEqual({ value: 'first', version: 'v1' })
    },
  },
  {
    name: 'a value with any characters and of any length is read unchanged',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      const value = JSON.stringify({ text: '"\\\n\0 ünï 🌱', long: 'x'.repeat(65_536) })
      await swap(store!, key, null, 'v1', value)
      expect(await store!.get(key)).toEqual({ value, version: 'v1' })
    },
  },
  {
    name: 'a write that expects the stored version replaces the value',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      await swap(one!, key, null, 'v1', 'first')
      expect(await swap(other!, key, 'v1', 'v2', 'second')).toEqual({ ok: true })
      expect(await one!.get(key)).toEqual({ value: 'second', version: 'v2' })
    },
  },
  {
    name: 'a write that expects an older version changes nothing and returns the stored value',
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
    name: 'a first write changes nothing if a value is stored, and returns that value',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      await swap(one!, key, null, 'v1', 'first')
      const current: StoredValue = { value: 'first', version: 'v1' }
      expect(await swap(other!, key, null, 'v2', 'also first')).toEqual({ ok: false, current })
      expect(await one!.get(key)).toEqual(current)
    },
  },
  {
    name: 'a write that expects a version fails if no value is stored',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      expect(await swap(store!, key, 'v1', 'v2', 'second')).toEqual({ ok: false, current: null })
      expect(await store!.get(key)).toEqual(null)
    },
  },
  {
    name: 'a write that a reconnect sends again succeeds as the same write',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      const first = await swap(store!, key, null, 'v1', 'first')
      const resent = await swap(store!, key, null, 'v1', 'first')
      expect([first, resent]).toEqual([{ ok: true }, { ok: true }])
    },
  },
  {
    name: 'a write to one key does not change another key',
    instances: 1,
    async run({ key, stores: [store] }, expect) {
      await swap(store!, key, null, 'v1', 'first')
      expect(await store!.get(`${key}2`)).toEqual(null)
      expect(await swap(store!, `${key}2`, null, 'v1', 'its own')).toEqual({ ok: true })
      expect(await store!.get(key)).toEqual({ value: 'first', version: 'v1' })
    },
  },
  {
    name: 'one of two hundred concurrent writers wins, and the others receive its value',
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
    name: 'four instances make a hundred concurrent additions and lose none',
    instances: 4,
    async run({ key, stores }, expect) {
      await Promise.all(stores.map((store) => addTimes(store, key, 25)))
      expect((await stores[0]!.get(key))?.value).toEqual('100')
    },
  },
  {
    name: 'the clock of the store, if it has one, counts milliseconds since 1970 and never goes back',
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
    name: 'if the store can notify of changes, every instance is notified of a write with its key',
    instances: 3,
    async run({ key, stores: [one, ...others] }, expect) {
      const hearings = [one!, ...others].filter(({ subscribe }) => subscribe).map(() => createHearing())
      const unsubscribe = await Promise.all(
        hearings.map(({ changed }, i) => [one!, ...others][i]!.subscribe!(changed)),
      )
      await swapAndPublish(one!, key, null, 'v1', 'first')
      for (const { heard } of hearings) expect(await heard(key)).toEqual(key)
      for (const end of unsubscribe) end()
    },
  },
  {
    name: 'if the store can notify of changes, a subscriber is not called after it unsubscribed',
    instances: 2,
    async run({ key, stores: [one, other] }, expect) {
      if (!other!.subscribe) return
      const former = createHearing()
      const present = createHearing()
      const unsubscribe = await other!.subscribe(former.changed)
      await other!.subscribe(present.changed)
      unsubscribe()
      await swapAndPublish(one!, key, null, 'v1', 'first')
      expect(await present.heard(key)).toEqual(key)
      expect(former.keys).toEqual([])
    },
  },
]

function expectEqual(expect: Expect, actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
}
