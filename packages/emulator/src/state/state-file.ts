import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { EmulatorError } from '../shared/emulator-error.ts'
import type { StateJournal } from './state-journal.ts'

export interface StateFile extends StateJournal {
  close(): void
}

/**
 * Opens a SQLite file that keeps the emulator's state. Only its owner can read it, because it contains tokens.
 * Throws `EmulatorError` (`invalid_option`) if the file cannot be opened.
 */
export function openStateFile(path: string): StateFile {
  const database = open(path)
  const load = database.prepare('SELECT key, row FROM rows WHERE name = ? ORDER BY position')
  const set = database.prepare(
    'INSERT INTO rows (name, key, row) VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET row = excluded.row',
  )
  const remove = database.prepare('DELETE FROM rows WHERE name = ? AND key = ?')
  const clear = database.prepare('DELETE FROM rows WHERE name = ?')
  return {
    *load(table) {
      for (const { key, row } of load.iterate(table)) yield [String(key), JSON.parse(String(row))]
    },
    set: (table, key, row) => void set.run(table, key, JSON.stringify(row)),
    delete: (table, key) => void remove.run(table, key),
    clear: (table) => void clear.run(table),
    close: () => database.close(),
  }
}

/** Opens the database. The system has each write before its answer leaves; a crash of the machine may lose the last ones. */
function open(path: string): DatabaseSync {
  try {
    // Set the permissions first: SQLite copies them to the files that it creates next to this one.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const database = new DatabaseSync(path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS rows (
        position INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, row TEXT NOT NULL, UNIQUE (name, key)
      );
    `)
    return database
  } catch (error) {
    throw new EmulatorError('invalid_option', `The state file ${path} could not be opened: ${String(error)}.`)
  }
}
