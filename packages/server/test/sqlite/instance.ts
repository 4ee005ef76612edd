// One instance of a merchant's server over SQLite, in a separate process.
import { DatabaseSync } from 'node:sqlite'

import { sqliteStore } from '../../src/sqlite.ts'
import { answerCalls } from '../redis/answer-calls.ts'
import type { ProgramOptions } from '../redis/fleet.ts'
import { keys } from './sqlite-folder.ts'

/** The argument of this program. */
export interface SqliteInstanceOptions extends ProgramOptions {
  file: string
  timeoutMs: number
}

const { file, timeoutMs, apiUrl } = JSON.parse(process.argv[2]!) as SqliteInstanceOptions
await answerCalls(sqliteStore(new DatabaseSync(file), { keys, timeoutMs }), apiUrl)
