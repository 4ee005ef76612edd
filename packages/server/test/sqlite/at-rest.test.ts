import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServerEvent } from '../../src/index.ts'
import { clientId, clientSecret } from '../fixtures/upstream-stub.ts'
import { UpstreamServer } from '../redis/upstream-server.ts'
import { journalModes, keys, SqliteFolder } from './sqlite-folder.ts'

const minute = 60_000

describe.each(journalModes)('tokens at rest with the journal mode %s', (mode) => {
  it('no file next to the database, and no value in it, contains a token or a secret', async () => {
    using folder = new SqliteFolder(mode)
    await using upstream = await UpstreamServer.start()
    let ahead = 0
    const database = folder.open()
    const store = folder.store({}, database)
    const forage = createForageServer({
      environment: { apiUrl: upstream.apiUrl },
      credentials: { clientId, clientSecret },
      store,
      clock: {
        now: () => Date.now() + ahead,
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
      },
    })
    const events: ForageServerEvent[] = []
    forage.on((event) => events.push(event))
    await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
    ahead += minute
    // One token is current and one is draining.
    await forage.pool('web').rotate()
    await forage.mintSessionToken({ merchantAccount: 'mid/123ab45c67' })
    const files = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name), 'latin1'))
    const rows = JSON.stringify(database.prepare('SELECT * FROM forage_token_slots').all())
    const shown = [inspect(forage, { depth: 9, showHidden: true }), JSON.stringify(events)]
    shown.push(inspect(store, { depth: 9, showHidden: true }))
    // The files contain readable values, so the search below would find a token.
    expect(rows).toContain('draining')
    expect(files.join('')).toContain('"draining":[{"')
    expect(upstream.issued).toHaveLength(2)
    for (const secret of [
      ...upstream.issued,
      clientSecret,
      keys.test,
      Buffer.from(clientSecret).toString('base64'),
    ])
      for (const text of [...files, rows, ...shown]) expect(text).not.toContain(secret)
    await forage.close()
  })
})
