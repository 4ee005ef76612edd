import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { minute, outageMs, well } from '../redis/fleet-rules.ts'
import { Fleet, Instance } from '../redis/fleet.ts'
import { UpstreamServer } from '../redis/upstream-server.ts'
import { compileInstance, instanceOptions, LockHolder } from './fleet.ts'
import { journalModes, SqliteFolder } from './sqlite-folder.ts'

describe.each(journalModes)('server processes on one SQLite file with the journal mode %s', (mode) => {
  beforeAll(compileInstance)

  it('three warm processes serve every caller while a paused process holds the lock', async () => {
    using folder = new SqliteFolder(mode)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(3, instanceOptions(folder, upstream.apiUrl, outageMs))
    await fleet.call('getToken')
    await using holder = await LockHolder.start(folder)
    holder.signal('SIGSTOP')
    for (let minutes = 0; minutes < 3; minutes++) {
      await fleet.call('mintSessionToken')
      await fleet.call('advance', minute)
    }
    await fleet.call('mintSessionToken')
    expect(upstream.tokenRequests).toBe(1)
  })

  it('a cold process mints a private token while a paused process holds the lock, and all share it later', async () => {
    using folder = new SqliteFolder(mode)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, instanceOptions(folder, upstream.apiUrl, outageMs))
    const [cold, other] = fleet.instances
    await using holder = await LockHolder.start(folder)
    holder.signal('SIGSTOP')
    await cold!.call('mintSessionToken')
    await cold!.call('mintSessionToken')
    expect(upstream.lifetimes).toEqual([86_400])
    expect(await cold!.call('health')).toMatchObject({
      ready: true,
      degraded: [expect.stringContaining('SQLITE_BUSY')],
    })
    holder.signal('SIGCONT')
    await holder.release()
    await stored(cold!)
    expect([await cold!.call('getToken'), await other!.call('getToken')]).toEqual([
      upstream.issued[0],
      upstream.issued[0],
    ])
    expect(upstream.tokenRequests).toBe(1)
  })

  it.each(['the file', 'each file in its folder'])(
    'if %s is deleted, no call fails, and all processes share one token again',
    async (what) => {
      using folder = new SqliteFolder(mode)
      await using upstream = await UpstreamServer.start()
      await using fleet = await Fleet.start(3, instanceOptions(folder, upstream.apiUrl))
      await fleet.call('getToken')
      const names = what === 'the file' ? ['tokens.sqlite'] : readdirSync(folder.path)
      for (const name of names) rmSync(join(folder.path, name))
      await fleet.call('mintSessionToken')
      await fleet.call('advance', minute)
      await fleet.call('mintSessionToken')
      await fleet.call('advance', minute)
      await using late = await Instance.start(instanceOptions(folder, upstream.apiUrl))
      const tokens = [...(await fleet.call('getToken')), await late.call('getToken')]
      expect(new Set(tokens).size).toBe(1)
      expect(upstream.tokenRequests).toBeLessThanOrEqual(1 + fleet.instances.length)
      expect(await fleet.call('health')).toEqual(fleet.instances.map(() => well))
    },
  )
})

describe('a server on a SQLite file', () => {
  it("SQLite's code is in the event, in `degraded`, and with a remedy in the error of an operator", async () => {
    using folder = new SqliteFolder('DELETE')
    const database = folder.open()
    // Two more tokens in the slot are longer than such a page.
    database.exec('PRAGMA page_size = 512; CREATE TABLE orders (id TEXT) STRICT')
    const { forage, eventsOf } = createFixture({ store: folder.store({}, database) })
    const rotateTwice = async (): Promise<void> => {
      await forage.pool('web').rotate()
      await forage.pool('web').rotate()
    }
    await forage.pool('web').getToken()
    await forage.pool('web').rotate()
    // The limit of the connection has the same effect as a full disk.
    database.exec('PRAGMA max_page_count = 1')
    await expect(rotateTwice()).rejects.toMatchObject({
      code: 'store_unavailable',
      remedy: expect.stringContaining('Make room on the disk') as string,
    })
    expect(eventsOf('store-unavailable')).toMatchObject([{ pool: 'web', code: 'SQLITE_FULL' }])
    expect(forage.health()).toMatchObject({
      ready: true,
      degraded: ['Pool "web": the token store does not answer (SQLITE_FULL)'],
    })
    database.exec('PRAGMA max_page_count = 1000')
    await forage.pool('web').rotate()
    expect(forage.health().degraded).toEqual([])
  })

  it('a database that the application closes during requests fails none of them', async () => {
    using folder = new SqliteFolder()
    const database = folder.open()
    const { forage, clock, eventsOf } = createFixture({ store: folder.store({}, database) })
    await forage.pool('web').getToken()
    database.close()
    await clock.advance(minute)
    await forage.mintSessionToken({ merchantAccount })
    expect(eventsOf('store-unavailable')).toMatchObject([{ code: 'CLOSED' }])
    await forage.close()
  })
})

/** Makes calls until the instance has stored its private token. */
async function stored(instance: Instance): Promise<void> {
  const progress = { isStored: false }
  const adopted = instance.saw('authentication-token-adopted').then(() => (progress.isStored = true))
  while (!progress.isStored) await instance.call('mintSessionToken')
  await adopted
}
