// A process that must end although it never closes its store. `changes.test.ts` starts it.
import { Pool } from 'pg'

import { postgresStore } from '../../src/postgres.ts'
import { keys, patientMs } from './stores.ts'

const pool = new Pool({ connectionString: process.argv[2] })
const store = postgresStore(pool, { keys, timeoutMs: patientMs })
await store.createTable()
await store.subscribe!(() => {})
await store.get('k')
await pool.end()
