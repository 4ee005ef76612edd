import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { sqliteStore, SqliteStoreError } from '../../src/sqlite.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'
import { journalModes, keys, SqliteFolder } from './sqlite-folder.ts'

const ttlMs = 60_000

describe.each(journalModes)('sqliteStore with the journal mode %s', (mode) => {
  it('a write waits until another connection ends its transaction, and the process is not blocked', async () => {
    using folder = new SqliteFolder(mode)
    const clock = createVirtualClock()
    // An application whose own statements may wait for five seconds.
    const store = folder.store({ clock, timeoutMs: 500 }, folder.open({ timeout: 5000 }))
    const other = folder.open()
    other.exec('BEGIN EXCLUSIVE')
    const startedAt = performance.now()
    const writing = store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await clock.advance(100)
    expect(performance.now() - startedAt).toBeLessThan(4000)
    other.exec('COMMIT')
    await clock.advance(20)
    expect(await writing).toEqual({ ok: true })
  })

  it('a write ends with SQLITE_BUSY within 500 ms while the file is locked, and is not made later', async () => {
    using folder = new SqliteFolder(mode)
    const clock = createVirtualClock()
    const store = folder.store({ clock, timeoutMs: 500 })
    const other = folder.open()
    other.exec('BEGIN EXCLUSIVE')
    const writing = store.cas('k', null, 'a', { nextVersion: '1', ttlMs }).catch((error: unknown) => error)
    await clock.advance(499)
    expect(await writing).toMatchObject({ name: 'SqliteStoreError', code: 'SQLITE_BUSY' })
    other.exec('COMMIT')
    await clock.advance(1000)
    expect(await store.get('k')).toBeNull()
    expect(clock.pending()).toBe(0)
  })

  it("a transaction of the application does not contain the store's writes", async () => {
    using folder = new SqliteFolder(mode)
    const database = folder.open()
    const store = folder.store({}, database)
    database.exec('BEGIN')
    expect(await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
    database.exec('ROLLBACK')
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
  })

  it('the settings of the application’s connection stay the same', async () => {
    using folder = new SqliteFolder(mode)
    const database = folder.open({ timeout: 1234 })
    const store = folder.store({}, database)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(database.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 1234 })
  })

  it('a connection that may only read makes no write, and says SQLITE_READONLY', async () => {
    using folder = new SqliteFolder(mode)
    folder.open().exec('CREATE TABLE orders (id TEXT) STRICT')
    const reader = folder.store({}, folder.open({ readOnly: true }))
    const write = reader.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await expect(write).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
    await folder.store().cas('k', null, 'b', { nextVersion: '2', ttlMs })
    const late = reader.cas('k', '2', 'c', { nextVersion: '3', ttlMs })
    await expect(late).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
    expect(await reader.get('k')).toEqual({ value: 'b', version: '2' })
  })

  it('a write that does not fit ends with SQLITE_FULL, and the earlier value stays', async () => {
    using folder = new SqliteFolder(mode)
    const database = folder.open()
    const store = folder.store({}, database)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    database.exec('PRAGMA max_page_count = 4')
    const write = store.cas('k', '1', 'x'.repeat(65_536), { nextVersion: '2', ttlMs })
    await expect(write).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    database.exec('PRAGMA max_page_count = 1000')
    expect(await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: true })
  })
})

describe('sqliteStore', () => {
  it('createTable() creates the table, also concurrently and more than once', async () => {
    using folder = new SqliteFolder()
    const stores = Array.from({ length: 5 }, () => folder.store({ table: 'slots' }))
    await Promise.all([...stores, ...stores].map((store) => store.createTable()))
    const tables = folder.open().prepare('SELECT name FROM sqlite_schema WHERE type = ?').all('table')
    expect(tables).toEqual([{ name: 'slots' }])
  })

  it('stores of two tables in one file share nothing', async () => {
    using folder = new SqliteFolder()
    await folder.store({ table: 'one' }).cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(await folder.store({ table: 'Two' }).get('k')).toBeNull()
    expect(await folder.store({ table: 'ONE' }).get('k')).toEqual({ value: 'a', version: '1' })
  })

  it('a value is stored for its ttlMs, and the next write deletes it', async () => {
    using folder = new SqliteFolder()
    const clock = createVirtualClock()
    const store = folder.store({ clock })
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await store.cas('long', null, 'b', { nextVersion: '1', ttlMs: 2 * ttlMs })
    await clock.advance(ttlMs - 1)
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
    await clock.advance(1)
    expect(await store.get('k')).toBeNull()
    expect(await store.cas('new', null, 'c', { nextVersion: '1', ttlMs })).toEqual({ ok: true })
    const rows = folder.open().prepare('SELECT key FROM forage_token_slots ORDER BY key').all()
    expect(rows).toEqual([{ key: 'long' }, { key: 'new' }])
  })

  it('a value that has expired can be written as if there were none', async () => {
    using folder = new SqliteFolder()
    const clock = createVirtualClock()
    const store = folder.store({ clock })
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await clock.advance(ttlMs)
    expect(await store.cas('k', '1', 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: false, current: null })
    expect(await store.cas('k', null, 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: true })
  })

  it('an error has the code of SQLite, a remedy, and no value', async () => {
    using folder = new SqliteFolder()
    const store = folder.store()
    folder.open().exec('CREATE TABLE forage_token_slots (key TEXT, other TEXT) STRICT')
    const write = store.cas('k', null, 'secret value', { nextVersion: '1', ttlMs })
    const error = await write.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SqliteStoreError)
    expect(error).toMatchObject({
      code: 'SQLITE_ERROR',
      remedy: expect.stringContaining('Name another table in `table`') as string,
    })
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('secret')
  })

  it('after the application closed the database, each operation rejects with CLOSED until it is open again', async () => {
    using folder = new SqliteFolder()
    const database = folder.open()
    const store = folder.store({}, database)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    database.close()
    const operations = [
      store.get('k'),
      store.cas('k', '1', 'b', { nextVersion: '2', ttlMs }),
      store.createTable(),
    ]
    for (const result of await Promise.allSettled(operations))
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { name: 'SqliteStoreError', code: 'CLOSED' },
      })
    expect(() => sqliteStore(database, { keys })).toThrow(SqliteStoreError)
    database.open()
    expect(await store.get('k')).toEqual({ value: 'a', version: '1' })
  })

  it('a database in memory is refused, because other processes cannot see it', () => {
    const memory = new DatabaseSync(':memory:')
    expect(() => sqliteStore(memory, { keys })).toThrow(/other processes cannot see.* memoryStore/)
    memory.close()
  })

  it.each([
    ['a path', 'tokens.sqlite', {}, /"database" must be a DatabaseSync of node:sqlite/],
    ['no database', undefined, {}, /"database" must be a DatabaseSync of node:sqlite/],
    ['a table with a space', 'open', { table: 'my table' }, /Option "table" must be a name/],
    ['a table of SQLite', 'open', { table: 'sqlite_slots' }, /Option "table" must be a name/],
    ['a deadline of 0', 'open', { timeoutMs: 0 }, /Option "timeoutMs" must be a positive integer, got 0/],
    ['no keys', 'open', { keys: undefined }, /Option "keys" must be/],
    ['an unknown option', 'open', { tables: 'x' }, /Unknown option "tables"; did you mean "table"\?/],
  ])('%s is refused', (_, database, options, message) => {
    using folder = new SqliteFolder()
    const given = database === 'open' ? folder.open() : (database as never)
    expect(() => sqliteStore(given, { keys, ...options } as never)).toThrow(message)
  })

  it('a store that is subscribed does not keep the process alive', () => {
    using folder = new SqliteFolder()
    folder.open()
    const program = `
      import { DatabaseSync } from 'node:sqlite'
      import { sqliteStore } from ${JSON.stringify(fileURLToPath(new URL('../../src/sqlite.ts', import.meta.url)))}
      const store = sqliteStore(new DatabaseSync(${JSON.stringify(folder.file)}), { keys: ${JSON.stringify(keys)} })
      await store.subscribe(() => {})
      console.log('subscribed')`
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 30_000,
    })
    expect(output.trim()).toBe('subscribed')
  })

  it('a subscription that finds no changes says why, until it finds them again', async () => {
    using folder = new SqliteFolder('DELETE')
    const clock = createVirtualClock()
    const database = folder.open()
    const store = folder.store({ clock }, database)
    await store.createTable()
    await store.subscribe!(() => {})
    expect(store.pushFailure!()).toBeUndefined()
    writeFileSync(`${folder.file}.new`, 'no database '.repeat(1000))
    renameSync(`${folder.file}.new`, folder.file)
    await clock.advance(100)
    expect(store.pushFailure!()).toBe('SQLITE_NOTADB')
    rmSync(folder.file)
    await clock.advance(100)
    expect(store.pushFailure!()).toBeUndefined()
    database.close()
    await clock.advance(100)
    expect(store.pushFailure!()).toBe('CLOSED')
  })

  it('only the permitted users can read a file that the store creates again', async () => {
    using folder = new SqliteFolder('DELETE')
    const database = folder.open()
    database.exec('PRAGMA user_version = 1')
    chmodSync(folder.file, 0o600)
    const store = folder.store({}, database)
    rmSync(folder.file)
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(statSync(folder.file).mode & 0o777).toBe(0o600)
  })
})
