import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { createForageServer, type ForageServerEvent } from '../../src/index.ts'
import { clientId, clientSecret } from '../fixtures/upstream-stub.ts'
import { UpstreamServer } from '../redis/upstream-server.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore, keys } from './stores.ts'

const minute = 60_000
const merchantAccount = 'mid/123ab45c67'

describe.skipIf(!hasPostgres)('tokens at rest in PostgreSQL', () => {
  it('no dump, statement or log of PostgreSQL contains a token or a secret', async () => {
    await using server = await PostgresServer.start('log_statement=all', 'log_min_error_statement=info')
    await using upstream = await UpstreamServer.start()
    let ahead = 0
    const store = await connectedStore(server, { password: 'pass-word' })
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
    await forage.mintSessionToken({ merchantAccount })
    ahead += minute
    // One token is current and one is draining.
    await forage.pool('web').rotate()
    await forage.mintSessionToken({ merchantAccount })
    const dump = await server.dump()
    const shown = [JSON.stringify(events), inspect(forage, { depth: 9, showHidden: true })]
    const { pool: _, ...operations } = store
    shown.push(inspect(operations, { depth: 9, showHidden: true }), JSON.stringify(operations))
    await forage.close()
    await store.close!()
    // The dump and the log contain readable values, so the search below would find a token.
    expect(dump).toContain('"draining":[{"')
    expect(server.log).toContain('"draining":[{"')
    expect(upstream.issued).toHaveLength(2)
    const secrets = [...upstream.issued, clientSecret, btoa(clientSecret), keys.test, 'pass-word']
    for (const secret of secrets)
      for (const text of [dump, server.log, ...shown]) expect(text).not.toContain(secret)
  })

  it('an instance with another sealing key gets another token, and the table shows neither', async () => {
    await using server = await PostgresServer.start()
    await using upstream = await UpstreamServer.start()
    const ring = [keys, { current: 'other', other: Buffer.alloc(32, 8).toString('base64') }]
    const stores = await Promise.all(ring.map((each) => connectedStore(server, {}, { keys: each })))
    const instances = stores.map((store) =>
      createForageServer({
        environment: { apiUrl: upstream.apiUrl },
        credentials: { clientId, clientSecret },
        store,
      }),
    )
    const tokens: string[] = []
    for (const instance of instances) tokens.push(await instance.pool('web').getToken())
    expect(tokens).toEqual(upstream.issued)
    expect(upstream.issued).toHaveLength(2)
    const dump = await server.dump()
    for (const token of tokens) expect(dump).not.toContain(token)
    await Promise.all(instances.map((instance) => instance.close()))
    await Promise.all(stores.map((store) => store.close!()))
  })
})
