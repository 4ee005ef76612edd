import type { StoredValue, TokenStore } from '@forage-session/server'

/** A store that all instances of one sample share, in memory, and that a test can take away from them. */
export interface SwitchableStore extends TokenStore {
  isDown: boolean
}

/** Creates an empty store that answers. */
export function createSwitchableStore(): SwitchableStore {
  const slots = new Map<string, StoredValue>()
  const store: SwitchableStore = {
    isDown: false,
    capabilities: { atomic: true },
    get: async (key) => {
      assertUp(store)
      return slots.get(key) ?? null
    },
    cas: async (key, expected, value, { nextVersion }) => {
      assertUp(store)
      const current = slots.get(key) ?? null
      if ((current?.version ?? null) !== expected && current?.version !== nextVersion)
        return { ok: false, current }
      slots.set(key, { value, version: nextVersion })
      return { ok: true }
    },
  }
  return store
}

function assertUp({ isDown }: SwitchableStore): void {
  if (isDown) throw new Error('The store is down.')
}
