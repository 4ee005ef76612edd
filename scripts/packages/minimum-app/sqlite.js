// Runs two servers on one SQLite file, on the oldest Node.js that has SQLite without a flag.
import { DatabaseSync } from 'node:sqlite'

import { createForageServer } from '@forage-session/server'
import { sqliteStore } from '@forage-session/server/sqlite'

let requests = 0
const keys = { current: 'k1', k1: Buffer.alloc(32, 1).toString('base64') }
const servers = ['one', 'other'].map(() =>
  createForageServer({
    environment: 'sandbox',
    credentials: { clientId: 'id', clientSecret: 'secret' },
    store: sqliteStore(new DatabaseSync('tokens.sqlite'), { keys }),
    fetch: async () => {
      requests += 1
      return Response.json({
        access_token: `sandbox_${'a'.repeat(30)}`,
        token_type: 'Bearer',
        expires_in: 604_800,
      })
    },
  }),
)
for (const server of servers) await server.pool('web').getToken()
console.log(`${servers.length} servers made ${requests} token request`)
