import { type TokenStore } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'

export interface BreakableStore extends TokenStore {
  state: 'up' | 'refuses' | 'hangs'
  operations: number
}

/** Creates a store that a test can take down. When it returns, it still has its values. */
export function breakableStore(): BreakableStore {
  const store = separateStore()
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    breakable.operations++
    if (breakable.state === 'refuses') throw new Error('connect ECONNREFUSED redis://user:password@host')
    return breakable.state === 'hangs' ? new Promise<T>(() => {}) : work()
  }
  const breakable: BreakableStore = {
    state: 'up',
    operations: 0,
    capabilities: store.capabilities,
    get: (key) => during(() => store.get(key)),
    cas: (...args) => during(() => store.cas(...args)),
  }
  return breakable
}
