import { describe, expect, it } from 'vitest'

import { memoryStore, type StoredValue, type SwapResult, type TokenStore } from '../src/index.ts'
import { describeTokenStore } from '../src/testing.ts'

/** The names of the rules that these stores break. */
async function broken(change: (store: TokenStore) => Partial<TokenStore>): Promise<string[]> {
  const store = memoryStore({ singleInstance: true })
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

describe('the contract of a token store', () => {
  it('is kept by the store that the following are made of', async () => {
    expect(await broken(() => ({}))).toEqual([])
  })

  it('refuses a store that reads, compares and then writes', async () => {
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
      'of two hundred writers at once one wins, and the others see what it wrote',
      'of a hundred additions by four instances none is lost',
    ])
  })

  it('refuses a store that does not know a write which is sent again', async () => {
    const forgetful = (store: TokenStore): Partial<TokenStore> => ({
      cas: (key, expected, value, options) =>
        store.cas(key, expected, value, {
          ...options,
          nextVersion: `${options.nextVersion}.${crypto.randomUUID()}`,
        }),
    })
    expect(await broken(forgetful)).toContain(
      'a write that is sent again after a reconnect is the same write',
    )
  })

  it('refuses a store whose instances do not share', async () => {
    const alone = (): Partial<TokenStore> => memoryStore({ singleInstance: true })
    expect(await broken(alone)).toContain(
      'what one instance writes, another reads, with the version of the writer',
    )
  })

  it('refuses a clock in seconds', async () => {
    expect(await broken(() => ({ now: async () => Date.now() / 1000 }))).toEqual([
      'its clock, if it has one, counts milliseconds since 1970 and does not go back',
    ])
  })
})
