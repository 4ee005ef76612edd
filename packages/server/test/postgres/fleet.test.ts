import { fileURLToPath } from 'node:url'

import { postgresStore } from '../../src/postgres.ts'
import { describeFleet, describeOutage, type FleetRulesOptions } from '../redis/fleet-rules.ts'
import { Instance } from '../redis/fleet.ts'
import type { PostgresInstanceOptions } from './instance.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { keys, patientMs } from './stores.ts'

const rules: FleetRulesOptions<PostgresServer> = {
  name: 'PostgreSQL',
  isInstalled: hasPostgres,
  start,
  empty: async (server) => void (await server.sql('TRUNCATE forage_token_slots')),
  options,
  async compile() {
    if (!hasPostgres) return
    await using server = await start()
    await using _ = await Instance.start(options(server, 'http://127.0.0.1:1', patientMs))
  },
}

/** Starts a server with the table of the store. */
async function start(): Promise<PostgresServer> {
  const server = await PostgresServer.start()
  const pool = server.pool()
  await postgresStore(pool, { keys }).createTable()
  await pool.end()
  return server
}

function options({ port }: { port: number }, apiUrl: string, timeoutMs: number): PostgresInstanceOptions {
  const program = fileURLToPath(new URL('instance.ts', import.meta.url))
  return { program, databaseUrl: `postgres://postgres@127.0.0.1:${port}/postgres`, apiUrl, timeoutMs }
}

describeFleet(rules)
describeOutage(rules)
