import { beforeAll, describe, expect, it } from 'vitest'

import { describeFleet } from '../redis/fleet-rules.ts'
import { Fleet } from '../redis/fleet.ts'
import { UpstreamServer } from '../redis/upstream-server.ts'
import { compileInstance, instanceOptions, LockHolder } from './fleet.ts'
import { journalModes, SqliteFolder } from './sqlite-folder.ts'

for (const mode of journalModes) {
  describeFleet({
    name: `SQLite file with the journal mode ${mode}`,
    isInstalled: true,
    start: async () => new SqliteFolder(mode),
    options: instanceOptions,
    compile: compileInstance,
  })
}

describe.each(journalModes)('a fleet of processes on one SQLite file with the journal mode %s', (mode) => {
  beforeAll(compileInstance)

  it('a process that is killed in the middle of a transaction leaves the file to the others', async () => {
    using folder = new SqliteFolder(mode)
    await using upstream = await UpstreamServer.start()
    await using fleet = await Fleet.start(2, instanceOptions(folder, upstream.apiUrl))
    await using holder = await LockHolder.start(folder)
    const tokens = fleet.call('getToken')
    // Every process has begun its call once it answers this one.
    await fleet.call('health')
    expect(upstream.tokenRequests).toBe(0)
    holder.signal('SIGKILL')
    expect(new Set(await tokens)).toEqual(new Set(upstream.issued))
    expect(upstream.tokenRequests).toBe(1)
  })
})
