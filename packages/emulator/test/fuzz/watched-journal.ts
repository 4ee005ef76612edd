import type { StateJournal } from '../../src/state/state-journal.ts'

export interface WatchedJournal extends StateJournal {
  /** Counts how often a row was changed, added or deleted. */
  changes(): number
}

/** Watches the whole state, because every table reports every row. Rows are frozen, so an unreported change throws. */
export function createWatchedJournal(): WatchedJournal {
  const rows = new Map<string, string>()
  let changes = 0
  const put = (id: string, text: string | undefined): void => {
    if (rows.get(id) === text) return
    changes += 1
    if (text === undefined) rows.delete(id)
    else rows.set(id, text)
  }
  return {
    changes: () => changes,
    load: () => [],
    set: (table, key, row) => put(`${table}\n${key}`, JSON.stringify(deepFrozen(row))),
    delete: (table, key) => put(`${table}\n${key}`, undefined),
    clear: (table) => {
      for (const id of rows.keys()) if (id.startsWith(`${table}\n`)) put(id, undefined)
    },
  }
}

function deepFrozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFrozen(inner)
  return Object.freeze(value)
}
