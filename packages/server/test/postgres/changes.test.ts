import { fork } from 'node:child_process'
import { once } from 'node:events'

import type { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { postgresStore, PostgresStoreError, type PostgresStore } from '../../src/postgres.ts'
import { eventually } from './eventually.ts'
import { PooledClient } from './pooled-client.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore, keys, patientMs } from './stores.ts'

const ttlMs = 60_000

let server: PostgresServer
let key: string

beforeAll(async () => {
  if (hasPostgres) server = await PostgresServer.start()
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(() => {
  key = crypto.randomUUID()
})

/** Returns the processes of the server whose connection listens. */
function listeners(): Promise<{ pid: number; usename: string }[]> {
  return server.sql(`SELECT pid, usename FROM pg_stat_activity WHERE query ~ '^LISTEN|^SELECT 1$'`)
}

/** Resolves with the first key that the store notifies of. */
async function subscribed(store: PostgresStore): Promise<{ heard: Promise<string>; end: () => void }> {
  let end = (): void => {}
  const heard = Promise.withResolvers<string>()
  end = await store.subscribe!(heard.resolve)
  return { heard: heard.promise, end }
}

async function write(store: PostgresStore): Promise<void> {
  const stored = await store.get(key)
  await store.cas(key, stored?.version ?? null, 'a', { nextVersion: crypto.randomUUID(), ttlMs })
}

describe.skipIf(!hasPostgres)('the changes that postgresStore notifies of', () => {
  it('a pool of one connection has it for its operations while the store listens on another one', async () => {
    const store = await connectedStore(server, { max: 1 })
    const { heard, end } = await subscribed(store)
    await write(store)
    expect(await heard).toBe(key)
    expect([store.pool.totalCount, store.pool.idleCount]).toEqual([1, 1])
    expect(await listeners()).toHaveLength(1)
    end()
    await eventually(async () => expect(await listeners()).toEqual([]))
    await store.close!()
  })

  it('listeners of one store share one connection', async () => {
    const store = await connectedStore(server)
    const both = await Promise.all([subscribed(store), subscribed(store)])
    expect(await listeners()).toHaveLength(1)
    both[0].end()
    await write(store)
    expect(await both[1].heard).toBe(key)
    await store.close!()
    await eventually(async () => expect(await listeners()).toEqual([]))
  })

  it('a lost connection is reported with its code, and replaced by one with the present user', async () => {
    await server.sql('CREATE ROLE successor LOGIN SUPERUSER')
    const store = await connectedStore(server)
    const { heard } = await subscribed(store)
    expect(store.pushFailure!()).toBeUndefined()
    store.pool.options.user = 'successor'
    const [listener] = await listeners()
    await server.sql('SELECT pg_terminate_backend($1)', listener!.pid)
    await eventually(async () => expect(store.pushFailure!()).toBe('57P01'))
    await eventually(async () => expect(store.pushFailure!()).toBeUndefined())
    expect(await listeners()).toMatchObject([{ usename: 'successor' }])
    await write(store)
    expect(await heard).toBe(key)
    await store.close!()
  })

  it('if the database has one connection to give, the operations get it, and the store says that it cannot listen', async () => {
    await server.sql('CREATE ROLE single LOGIN CONNECTION LIMIT 1')
    await (
      await connectedStore(server)
    ).close!()
    await server.sql('GRANT ALL ON forage_token_slots TO single')
    const pool = server.pool({ user: 'single', max: 1 })
    const store = postgresStore(pool, { keys, timeoutMs: patientMs })
    const [{ end }, value] = await Promise.all([subscribed(store), store.get(key)])
    expect(value).toBeNull()
    expect(store.pushFailure!()).toBe('53300')
    await write(store)
    expect(await store.get(key)).not.toBeNull()
    end()
    await pool.end()
  })

  it('behind a pooler that drops notifications, the store says so, and finds changes by polling', async () => {
    const store = await connectedStore(server, { Client: PooledClient })
    const other = await connectedStore(server)
    const { heard } = await subscribed(store)
    expect(store.pushFailure!()).toBe('SILENT')
    expect(await listeners()).toEqual([])
    await write(other)
    expect(await heard).toBe(key)
    await store.close!()
    await other.close!()
  })

  it('a change during the loss of the connection is found as soon as the store listens again', async () => {
    const store = await connectedStore(server)
    const other = await connectedStore(server)
    const { heard } = await subscribed(store)
    const [listener] = await listeners()
    await server.sql('SELECT pg_terminate_backend($1)', listener!.pid)
    await eventually(async () => expect(store.pushFailure!()).toBe('57P01'))
    await write(other)
    expect(await heard).toBe(key)
    await eventually(async () => expect(store.pushFailure!()).toBeUndefined())
    await store.close!()
    await other.close!()
  })

  it('a subscription rejects with the SQLSTATE if the values cannot be read', async () => {
    const pool = server.pool()
    const store = postgresStore(pool, { keys, table: 'missing', timeoutMs: patientMs })
    const error = await subscribed(store).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PostgresStoreError)
    expect(error).toMatchObject({ code: '42P01' })
    expect(store.pushFailure!()).toBe('42P01')
    await pool.end()
  })

  it('a store with listen: false, and a pool whose clients cannot listen, has no subscribe', async () => {
    const pool = server.pool()
    expect(postgresStore(pool, { keys, listen: false }).subscribe).toBeUndefined()
    const queries = { query: (text: string, values?: unknown[]) => pool.query(text, values) }
    const store = postgresStore(queries, { keys, timeoutMs: patientMs })
    expect(store.subscribe).toBeUndefined()
    await store.createTable()
    expect(await store.cas(key, null, 'a', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
    await pool.end()
  })
})

describe.skipIf(!hasPostgres)('the end of postgresStore', () => {
  it('after pool.end(), a store that listens keeps no process alive', async () => {
    const startedAt = performance.now()
    const program = fork(new URL('ending.ts', import.meta.url), [server.url])
    const [code] = (await once(program, 'exit')) as [number | null]
    expect(code).toBe(0)
    // After 30 s, the store would notice the end of the pool.
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })

  it('while the database hangs, operations reject in time and close() settles; afterwards, operations work', async () => {
    await using hanging = await PostgresServer.start()
    const pool: Pool = hanging.pool({ max: 1 })
    await postgresStore(pool, { keys, timeoutMs: patientMs }).createTable()
    const store = postgresStore(pool, { keys, timeoutMs: 300 })
    await store.subscribe!(() => {})
    await hanging.freeze()
    const startedAt = performance.now()
    const results = await Promise.allSettled([
      store.get(key),
      store.cas(key, null, 'late', { nextVersion: '1', ttlMs }),
      store.now!(),
    ])
    await store.close!()
    expect(performance.now() - startedAt).toBeLessThan(5000)
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } })
    hanging.thaw()
    await eventually(async () => expect(await store.get(key)).toBeNull())
    await pool.end()
  })
})
