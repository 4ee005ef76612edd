import { type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'

export interface BreakableStore extends TokenStore {
  state: 'up' | 'refuses' | 'hangs'
  operations: number
  /** Called before each write. */
  beforeWrite: () => void
  /** Loses all values, like a FLUSHALL. */
  lose(): void
  /** Returns a function that brings back the values of now, like a backup. */
  backup(): () => Promise<void>
}

/** Creates a store that a test can take down. When it returns, it still has its values, unless it lost them. */
export function breakableStore(): BreakableStore {
  let store = separateStore()
  const values = new Map<string, string>()
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    breakable.operations++
    if (breakable.state === 'refuses') throw new Error('connect ECONNREFUSED redis://user:password@host')
    return breakable.state === 'hangs' ? new Promise<T>(() => {}) : work()
  }
  const breakable: BreakableStore = {
    state: 'up',
    operations: 0,
    beforeWrite: () => {},
    capabilities: store.capabilities,
    get: (key) => during(() => store.get(key)),
    cas: (key, expected, value, swap) => {
      breakable.beforeWrite()
      return during(async () => {
        const result = await store.cas(key, expected, value, swap)
        if (result.ok) values.set(key, value)
        return result
      })
    },
    lose: () => {
      store = separateStore()
    },
    backup: () => {
      const saved = [...values]
      return async () => {
        breakable.lose()
        for (const [key, value] of saved)
          await store.cas(key, null, value, { nextVersion: crypto.randomUUID(), ttlMs: 1 })
      }
    },
  }
  return breakable
}
