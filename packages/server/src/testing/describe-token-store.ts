import type { TokenStore } from '../store/token-store.ts'
import { tokenStoreRules, type Fleet } from './token-store-rules.ts'

/**
 * The functions of the test runner: vitest, Jest or Bun. With `node:test`, `expect` is a short function that calls
 * `assert.deepEqual`.
 */
export interface TokenStoreTestTools {
  /** Groups the tests that `run` declares. */
  describe(name: string, run: () => void): unknown
  /** Declares one test. */
  test(name: string, run: () => Promise<void>): unknown
  /** Compares two values by their contents. */
  expect(actual: unknown): { toEqual(expected: unknown): unknown }
}

/**
 * A function that creates the store of one instance. A test calls it several times. All stores that it creates must
 * share their values, like the instances of one merchant. Each store is closed after the test.
 */
export type CreateTokenStore = () => TokenStore | Promise<TokenStore>

/**
 * Declares one test for each rule in the contract of a `TokenStore`. A server can use a store that passes them.
 *
 * @example
 * ```ts
 * import type { TokenStore } from '@forage-session/server'
 * import { describeTokenStore } from '@forage-session/server/testing'
 * import { describe, expect, test } from 'vitest'
 *
 * declare function createMyStore(): TokenStore
 *
 * describeTokenStore('My store', () => createMyStore(), { describe, test, expect })
 * ```
 */
export function describeTokenStore(
  name: string,
  createStore: CreateTokenStore,
  { describe, test, expect }: TokenStoreTestTools,
): void {
  describe(`${name} keeps the contract of a token store:`, () => {
    for (const rule of tokenStoreRules) {
      test(rule.name, () => withFleet(createStore, rule.instances, (fleet) => rule.run(fleet, expect)))
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
