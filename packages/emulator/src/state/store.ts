import type { StateJournal } from './state-journal.ts'
import { createTable, type Table, type TableDefinition } from './table.ts'

/** Totals since the emulator started, or since `reset`. */
export interface Counts {
  /** Authentication tokens that were issued. */
  readonly authenticationTokens: number
  /** Session tokens that were issued. */
  readonly sessionTokens: number
  /** Captures that moved money. A response replayed for its idempotency key does not count. */
  readonly captures: number
}

/** The state of the emulator as a whole. */
export interface Facts {
  readonly counts: Counts
  readonly applicationEnabled: boolean
  /** How far `advance` moved the emulator's time, in ms. */
  readonly offsetMs: number
  /** How many emulators started with this state. Each start issues different refs. */
  readonly starts: number
}

const initialFacts: Facts = {
  counts: { authenticationTokens: 0, sessionTokens: 0, captures: 0 },
  applicationEnabled: true,
  offsetMs: 0,
  starts: 0,
}

/** The tables of one emulator, and its facts. */
export interface Store {
  table<Row>(definition: TableDefinition<Row>): Table<Row>
  facts(): Facts
  change(facts: Partial<Facts>): void
  count(name: keyof Counts): void
  clear(): void
}

/** Creates a store in memory. With a journal, the state also outlasts the process. */
export function createStore(definitions: readonly TableDefinition<unknown>[], journal?: StateJournal): Store {
  const tables = new Map(
    definitions.map((definition) => [
      definition,
      createTable<unknown>(definition.name, definition.isJournaled ? journal : undefined),
    ]),
  )
  const factTable = createTable<Facts>('facts', journal)
  const store: Store = {
    table: <Row>(definition: TableDefinition<Row>) => tables.get(definition) as Table<Row>,
    facts: () => factTable.get('now') ?? initialFacts,
    change: (facts) => factTable.set('now', { ...store.facts(), ...facts }),
    count: (name) => {
      const { counts } = store.facts()
      store.change({ counts: { ...counts, [name]: counts[name] + 1 } })
    },
    clear: () => {
      const { starts } = store.facts()
      for (const table of [...tables.values(), factTable]) table.clear()
      // Without it, the next start would issue the refs and tokens of the first start again.
      store.change({ starts })
    },
  }
  return store
}
