// One process of a fleet that starts cold. It is connected, its code is compiled, and it waits without a token for the
// parent's message.
import { createForageServer, type ForageServer } from '@forage-session/server'

import type { ColdProcessOptions } from './cold-start.ts'
import { openStore } from './cold-store.ts'

const { store: shared, clientId, calls, apiUrl } = JSON.parse(process.argv[2] ?? '{}') as ColdProcessOptions

const store = await openStore(shared)
const serverOf = (id: string): ForageServer =>
  createForageServer({
    environment: { apiUrl },
    credentials: { clientId: id, clientSecret: 'secret' },
    store,
  })
// Twenty processes compile on the cores of one machine. A token for another client compiles the code beforehand.
await serverOf(`${clientId}-${process.pid}`).pool('web').getToken()
const forage = serverOf(clientId)

async function timeOne(): Promise<number> {
  const startedAt = performance.now()
  await forage.pool('web').getToken()
  return performance.now() - startedAt
}

process.on('message', () => {
  void Promise.all(Array.from({ length: calls }, timeOne)).then((times) => process.send?.(times))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
