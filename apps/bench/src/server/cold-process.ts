// One process of a fleet that starts cold. It is connected, its code is compiled, and it waits without a token for the
// parent's message.
import { createForageServer, type ForageServer } from '@forage-session/server'
import { redisStore } from '@forage-session/server/redis'
import { createClient } from 'redis'

const { redisPort, clientId, calls, apiUrl } = JSON.parse(process.argv[2] ?? '{}') as {
  redisPort: number
  clientId: string
  calls: number
  apiUrl: string
}

const client = createClient({ socket: { host: '127.0.0.1', port: redisPort } })
client.on('error', () => {})
await client.connect()
// Nineteen other processes start on the same machine, so a slow answer does not mean that Redis is down.
const keys = { current: 'k1', k1: Buffer.alloc(32, 1).toString('base64') }
const store = redisStore(client, { keys, timeoutMs: 20_000 })
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
