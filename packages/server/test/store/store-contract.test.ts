import { describe, expect, it } from 'vitest'

import { type StoredValue, type SwapResult, type TokenStore } from '../../src/index.ts'
import { describeTokenStore } from '../../src/testing.ts'
import { separateStore } from '../fixtures/separate-store.ts'

/** Returns the names of the rules that a changed memory store breaks. */
async function broken(change: (store: TokenStore) => Partial<TokenStore>): Promise<string[]> {
  const store = separateStore()
  const failed: string[] = []
  const runs: Promise<void>[] = []
  describeTokenStore('A store', () => ({ ...store, ...change(store) }), {
    describe: (_name, run) => run(),
    test: (name, run) => runs.push(run().catch(() => void failed.push(name))),
    expect,
  })
  await Promise.all(runs)
  return failed
}

describe('describeTokenStore', () => {
  it('`describeTokenStore` accepts the unchanged memory store', async () => {
    expect(await broken(() => ({}))).toEqual([])
  })

  it('`describeTokenStore` refuses a store that reads, compares and then writes', async () => {
    const values = new Map<string, StoredValue>()
    const cas: TokenStore['cas'] = async (key, expected, value, { nextVersion }): Promise<SwapResult> => {
      const current = values.get(key) ?? null
      await Promise.resolve()
      if (current?.version === nextVersion) return { ok: true }
      if ((current?.version ?? null) !== expected) return { ok: false, current }
      values.set(key, { value, version: nextVersion })
      return { ok: true }
    }
    expect(await broken(() => ({ cas, get: async (key) => values.get(key) ?? null }))).toEqual([
      'one of two hundred concurrent writers wins, and the others receive its value',
      'four instances make a hundred concurrent additions and lose none',
    ])
  })

  it('`describeTokenStore` refuses a store that treats a repeated write as a new one', async () => {
    const forgetful = (store: TokenStore): Partial<TokenStore> => ({
      cas: (key, expected, value, options) =>
        store.cas(key, expected, value, {
          ...options,
          nextVersion: `${options.nextVersion}.${crypto.randomUUID()}`,
        }),
    })
    expect(await broken(forgetful)).toContain(
      'a write that a reconnect sends again succeeds as the same write',
    )
  })

  it('`describeTokenStore` refuses a store whose instances do not share their values', async () => {
    const alone = (): Partial<TokenStore> => separateStore()
    expect(await broken(alone)).toContain(
      'an instance reads a value that another instance wrote, with its version',
    )
  })

  it('`describeTokenStore` refuses a store whose clock counts seconds', async () => {
    expect(await broken(() => ({ now: async () => Date.now() / 1000 }))).toEqual([
      'the clock of the store, if it has one, counts milliseconds since 1970 and never goes back',
    ])
  })
})
