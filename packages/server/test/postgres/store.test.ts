import { inspect } from 'node:util'

import { Client, type Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { postgresStore, PostgresStoreError } from '../../src/postgres.ts'
import { eventually } from './eventually.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore, keys, patientMs } from './stores.ts'

const ttlMs = 60_000
const swap = (nextVersion: string) => ({ nextVersion, ttlMs })

let server: PostgresServer
let key: string

beforeAll(async () => {
  if (hasPostgres) server = await PostgresServer.start()
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(() => {
  key = crypto.randomUUID()
})

/** Ends the pool after `use`. */
async function withPool(pool: Pool, use: (pool: Pool) => Promise<void>): Promise<void> {
  try {
    await use(pool)
  } finally {
    await pool.end()
  }
}

describe.skipIf(!hasPostgres)('the values of postgresStore', () => {
  it('a value expires after its ttlMs by the clock of the database, and counts as absent then', async () => {
    const store = await connectedStore(server)
    await store.cas(key, null, 'a', swap('1'))
    await server.sql(`UPDATE forage_token_slots SET expires_at = now() WHERE key = $1`, key)
    expect(await store.get(key)).toBeNull()
    expect(await store.cas(key, '1', 'b', swap('2'))).toEqual({ ok: false, current: null })
    expect(await store.cas(key, null, 'c', swap('3'))).toEqual({ ok: true })
    const [row] = await server.sql<{ left: string }>(
      `SELECT extract(epoch FROM expires_at - now()) AS left FROM forage_token_slots WHERE key = $1`,
      key,
    )
    expect(Number(row!.left) * 1000).toBeGreaterThan(ttlMs - 5000)
    expect(Number(row!.left) * 1000).toBeLessThanOrEqual(ttlMs)
    await store.close!()
  })

  it('now() returns the time of the database', async () => {
    const store = await connectedStore(server)
    const time = async (): Promise<number> => {
      const [row] = await server.sql<{ ms: string }>(
        'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
      )
      return Math.floor(Number(row!.ms))
    }
    const before = await time()
    const now = await store.now!()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(await time())
    await store.close!()
  })

  it('a swap that waits for a lock rejects in time, and does not write when the lock is free', async () => {
    const store = await connectedStore(server, {}, { timeoutMs: 500 })
    await store.cas(key, null, 'a', swap('1'))
    const holder = new Client(server.url)
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT FROM forage_token_slots WHERE key = $1 FOR UPDATE', [key])
    const late = await store.cas(key, '1', 'late', swap('2')).catch((error: unknown) => error)
    expect(late).toMatchObject({
      name: 'PostgresStoreError',
      code: expect.stringMatching(/^(55P03|TIMEOUT)$/) as string,
    })
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await eventually(async () => expect(await server.sql(waiting)).toEqual([]))
    await holder.query('COMMIT')
    await holder.end()
    expect(await store.get(key)).toEqual({ value: 'a', version: '1' })
    await store.close!()
  })

  it('PostgresStoreError has the SQLSTATE and contains no value and no password', () =>
    withPool(server.pool({ password: 'pass-word' }), async (pool) => {
      await server.sql(`CREATE TABLE IF NOT EXISTS refusing (
        key text PRIMARY KEY, version text NOT NULL, value text CHECK (value = ''), expires_at timestamptz NOT NULL)`)
      const store = postgresStore(pool, { keys, table: 'refusing', timeoutMs: patientMs })
      const error = await store.cas(key, null, 'secret value', swap('1')).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(PostgresStoreError)
      expect(error).toMatchObject({ code: '23514' })
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
      expect(shown).not.toMatch(/secret value|pass-word/)
    }))
})

describe.skipIf(!hasPostgres)('createTable of postgresStore', () => {
  it('operations without the table reject with an error that says to call createTable', () =>
    withPool(server.pool(), async (pool) => {
      const store = postgresStore(pool, { keys, table: 'created_later', timeoutMs: patientMs })
      for (const operation of [() => store.get(key), () => store.cas(key, null, 'a', swap('1'))]) {
        const error = await operation().catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(PostgresStoreError)
        expect(error).toMatchObject({
          code: '42P01',
          message: expect.stringMatching(/"created_later".*Call createTable\(\)/) as string,
        })
      }
      await store.createTable()
      expect(await store.cas(key, null, 'a', swap('1'))).toEqual({ ok: true })
    }))

  it('twenty concurrent calls create one table, and further calls keep its values', async () => {
    const table = 'shared_by_many'
    await withPool(server.pool({ max: 20 }), async (pool) => {
      const stores = Array.from({ length: 20 }, () =>
        postgresStore(pool, { keys, table, timeoutMs: patientMs }),
      )
      await Promise.all(stores.map((store) => store.createTable()))
      const [store] = stores
      await store!.cas(key, null, 'a', swap('1'))
      await store!.createTable()
      expect(await store!.get(key)).toEqual({ value: 'a', version: '1' })
    })
  })

  it('a user who may not create tables can call it once the table exists', async () => {
    await server.sql('CREATE ROLE guest LOGIN')
    await withPool(server.pool({ user: 'guest' }), async (pool) => {
      const store = postgresStore(pool, { keys, table: 'for_guests', timeoutMs: patientMs })
      await expect(store.createTable()).rejects.toMatchObject({ code: '42501' })
      await withPool(server.pool(), (owner) =>
        postgresStore(owner, { keys, table: 'for_guests', timeoutMs: patientMs }).createTable(),
      )
      await store.createTable()
      await expect(store.get(key)).rejects.toMatchObject({ code: '42501' })
      await server.sql('GRANT SELECT, INSERT, UPDATE ON for_guests TO guest')
      expect(await store.cas(key, null, 'a', swap('1'))).toEqual({ ok: true })
    })
  })
})

describe.skipIf(!hasPostgres)('the connections of postgresStore', () => {
  it('operations work after the database terminated every connection', async () => {
    const store = await connectedStore(server, { max: 5 })
    await Promise.all(Array.from({ length: 5 }, () => store.get(key)))
    await store.cas(key, null, 'a', swap('1'))
    await server.terminate()
    const results = await Promise.all([
      store.get(key),
      store.cas(key, '1', 'b', swap('2')),
      ...Array.from({ length: 5 }, () => store.now!()),
    ])
    expect(results.slice(1, 2)).toEqual([{ ok: true }])
    expect(await store.get(key)).toEqual({ value: 'b', version: '2' })
    await store.close!()
  })

  it('a swap whose connection is terminated while it runs is made on another connection', async () => {
    const store = await connectedStore(server)
    await store.cas(key, null, 'a', swap('1'))
    const holder = new Client(server.url)
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT FROM forage_token_slots WHERE key = $1 FOR UPDATE', [key])
    const running = store.cas(key, '1', 'b', swap('2'))
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await eventually(async () => expect(await server.sql(waiting)).toHaveLength(1))
    await holder.query('ROLLBACK')
    await holder.end()
    expect(await running).toEqual({ ok: true })
    await store.close!()
  })

  it('a read-only database answers reads, and refuses writes with its SQLSTATE', async () => {
    const store = await connectedStore(server)
    await store.cas(key, null, 'a', swap('1'))
    await server.sql('ALTER SYSTEM SET default_transaction_read_only = on')
    await server.sql('SELECT pg_reload_conf()')
    await eventually(async () =>
      expect(await store.cas(key, '1', 'b', swap('2')).catch((error: unknown) => error)).toMatchObject({
        code: '25006',
      }),
    )
    expect(await store.get(key)).toEqual({
      value: expect.any(String) as string,
      version: expect.any(String) as string,
    })
    await server.sql('ALTER SYSTEM RESET default_transaction_read_only')
    await server.sql('SELECT pg_reload_conf()')
    await store.close!()
  })
})
