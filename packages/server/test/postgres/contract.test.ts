import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { PostgresStoreOptions } from '../../src/postgres.ts'
import { describeTokenStore } from '../../src/testing.ts'
import { PooledClient } from './pooled-client.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore, type PoolOptions } from './stores.ts'

const testTools = { describe, test, expect }

/** Declares the tests of the contract on a server with these settings, pools and stores. */
function contract(
  name: string,
  settings: string[],
  pool: PoolOptions = {},
  options: Partial<PostgresStoreOptions> = {},
): void {
  describe.skipIf(!hasPostgres)(`with a real PostgreSQL, ${name}:`, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await PostgresServer.start(...settings)
    })
    afterAll(() => server[Symbol.asyncDispose]())
    describeTokenStore('postgresStore', () => connectedStore(server, pool, options), testTools)
  })
}

contract('over a pool of pg', [])
contract('over a pool of one connection', [], { max: 1 })
contract('behind a pooler that drops notifications', [], { Client: PooledClient })
contract('without LISTEN', [], {}, { listen: false })
contract('in another schema', [], {}, { table: 'shop.Token-Slots' })
contract('with repeatable reads', ['default_transaction_isolation=repeatable read'])
contract('with serializable isolation', ['default_transaction_isolation=serializable'])
