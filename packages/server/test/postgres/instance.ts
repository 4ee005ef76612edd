// One instance of a merchant's server over PostgreSQL, in a separate process.
import { Pool } from 'pg'

import { postgresStore } from '../../src/postgres.ts'
import { answerCalls } from '../redis/answer-calls.ts'
import type { ProgramOptions } from '../redis/fleet.ts'
import { keys } from './stores.ts'

/** The argument of this program. */
export interface PostgresInstanceOptions extends ProgramOptions {
  databaseUrl: string
  timeoutMs: number
}

const { databaseUrl, apiUrl, timeoutMs } = JSON.parse(process.argv[2]!) as PostgresInstanceOptions
const pool = new Pool({ connectionString: databaseUrl })
await answerCalls(postgresStore(pool, { keys, timeoutMs }), apiUrl)
