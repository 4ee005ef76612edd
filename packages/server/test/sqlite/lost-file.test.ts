import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { createHearing } from '../../src/testing/store-calls.ts'
import { createVirtualClock } from '../fixtures/virtual-clock.ts'
import { journalModes, SqliteFolder } from './sqlite-folder.ts'

const ttlMs = 60_000

/** Each way to lose the file, while the application's connections stay open. */
const losses: [name: string, lose: (folder: SqliteFolder) => void][] = [
  ['deleted', ({ file }) => rmSync(file)],
  ['deleted with the files next to it', removeAll],
  [
    'replaced by another database',
    (folder) => {
      using other = new SqliteFolder('DELETE')
      other.open().exec('CREATE TABLE orders (id TEXT) STRICT')
      removeAll(folder)
      copyFileSync(other.file, folder.file)
    },
  ],
  ['without the table', (folder) => folder.open().exec('DROP TABLE forage_token_slots')],
  ['without rows', (folder) => folder.open().exec('DELETE FROM forage_token_slots')],
]

describe.each(journalModes)('sqliteStore with the journal mode %s', (mode) => {
  it.each(losses)('a file that is %s has no value, and all stores share the next one', async (_, lose) => {
    using folder = new SqliteFolder(mode)
    const [one, other] = [folder.store(), folder.store()]
    await one.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(await other.get('k')).toEqual({ value: 'a', version: '1' })
    lose(folder)
    expect(await one.get('k')).toBeNull()
    expect(await one.cas('k', '1', 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: false, current: null })
    expect(await one.cas('k', null, 'b', { nextVersion: '2', ttlMs })).toEqual({ ok: true })
    expect(await other.get('k')).toEqual({ value: 'b', version: '2' })
    // An application that starts now.
    expect(await folder.store().get('k')).toEqual({ value: 'b', version: '2' })
    for (const store of [one, other]) expect(await store.get('k')).toEqual({ value: 'b', version: '2' })
  })

  it.each(losses)('if a file is %s, each subscriber is notified', async (_, lose) => {
    using folder = new SqliteFolder(mode)
    const [one, other] = [folder.store(), folder.store()]
    await one.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    const hearings = [createHearing(), createHearing()] as const
    await one.subscribe!(hearings[0].changed)
    await other.subscribe!(hearings[1].changed)
    lose(folder)
    for (const { heard } of hearings) expect(await heard('k')).toBe('k')
    const again = createHearing()
    await other.subscribe!(again.changed)
    await one.cas('k', null, 'b', { nextVersion: '2', ttlMs })
    expect(await again.heard('k')).toBe('k')
  })

  it('while the folder is missing, writes end with SQLITE_CANTOPEN', async () => {
    using folder = new SqliteFolder(mode)
    const store = folder.store()
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    rmSync(folder.path, { recursive: true })
    expect(await store.get('k')).toBeNull()
    const write = store.cas('k', null, 'b', { nextVersion: '2', ttlMs })
    await expect(write).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' })
  })
})

describe('sqliteStore', () => {
  it('an emptied file has no value, and all stores share the next one', async () => {
    using folder = new SqliteFolder('DELETE')
    const stores = [folder.store(), folder.store()] as const
    for (const database of [folder.open(), folder.open()]) database.exec('PRAGMA user_version')
    await stores[0].cas('k', null, 'a', { nextVersion: '1', ttlMs })
    expect(await stores[1].get('k')).toEqual({ value: 'a', version: '1' })
    truncateSync(folder.file)
    for (const store of stores) expect(await store.get('k')).toBeNull()
    await stores[1].cas('k', null, 'b', { nextVersion: '2', ttlMs })
    for (const store of stores) expect(await store.get('k')).toEqual({ value: 'b', version: '2' })
    expect(await stores[0].cas('k', '2', 'c', { nextVersion: '3', ttlMs })).toEqual({ ok: true })
    expect(await folder.store().get('k')).toEqual({ value: 'c', version: '3' })
  })

  it('an emptied file with a write-ahead log takes writes again when the last application has closed it', async () => {
    using folder = new SqliteFolder('WAL')
    const databases = [folder.open(), folder.open()] as const
    const clock = createVirtualClock()
    const store = folder.store({ clock, timeoutMs: 500 }, databases[0])
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    truncateSync(folder.file)
    expect(await store.get('k')).toBeNull()
    const write = store.cas('k', null, 'b', { nextVersion: '2', ttlMs }).catch((error: unknown) => error)
    await clock.advance(500)
    expect(await write).toMatchObject({ code: 'SQLITE_BUSY' })
    for (const database of databases) database.close()
    const next = folder.store({}, folder.open())
    const stored = await next.get('k')
    expect(await next.cas('k', stored?.version ?? null, 'c', { nextVersion: '3', ttlMs })).toEqual({
      ok: true,
    })
  })

  it('a file that is no database ends each operation with SQLITE_NOTADB', async () => {
    using folder = new SqliteFolder('DELETE')
    const store = folder.store()
    await store.createTable()
    writeFileSync(folder.file, 'no database '.repeat(1000))
    await expect(store.get('k')).rejects.toMatchObject({ code: 'SQLITE_NOTADB' })
    const write = store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    await expect(write).rejects.toMatchObject({ code: 'SQLITE_NOTADB' })
  })

  it('a damaged file ends each operation with SQLITE_CORRUPT', async () => {
    using folder = new SqliteFolder('DELETE')
    const store = folder.store()
    await store.cas('k', null, 'a', { nextVersion: '1', ttlMs })
    const bytes = readFileSync(folder.file)
    // The first page, with the schema, stays.
    writeFileSync(folder.file, bytes.fill(0xff, 4096))
    await expect(store.get('k')).rejects.toMatchObject({ code: 'SQLITE_CORRUPT' })
    const write = store.cas('k', '1', 'b', { nextVersion: '2', ttlMs })
    await expect(write).rejects.toMatchObject({ code: 'SQLITE_CORRUPT' })
  })
})

function removeAll({ path }: SqliteFolder): void {
  for (const name of readdirSync(path)) rmSync(join(path, name))
}
