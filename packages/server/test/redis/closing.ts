// A merchant's program that ends: it mints once, and closes its own Redis client. Run by `process-end.test.ts`.
import { createForageServer } from '../../src/index.ts'
import { redisRateLimit, type RateLimitRedis } from '../../src/redis-rate-limit.ts'
import { redisStore, type RedisClient } from '../../src/redis.ts'
import { clientId, clientSecret, createUpstream } from '../fixtures/upstream-stub.ts'
import { keys, patientMs } from './clients.ts'

const [name, port, closes] = process.argv.slice(2)

interface Closable {
  client: RedisClient & RateLimitRedis
  quit: () => unknown
}

const connections: Record<string, () => Promise<Closable>> = {
  async redis() {
    const { createClient } = await import('redis')
    const client = createClient({ socket: { host: '127.0.0.1', port: Number(port) } })
    client.on('error', () => {})
    await client.connect()
    return { client, quit: () => client.close() }
  },
  async ioredis() {
    const { Redis } = await import('ioredis')
    const client = new Redis(Number(port), '127.0.0.1')
    client.on('error', () => {})
    await client.ping()
    return { client, quit: () => client.quit() }
  },
  async iovalkey() {
    const { Redis } = await import('iovalkey')
    const client = new Redis(Number(port), '127.0.0.1')
    client.on('error', () => {})
    await client.ping()
    return { client, quit: () => client.quit() }
  },
}

const { client, quit } = await connections[name!]!()
const forage = createForageServer({
  environment: 'sandbox',
  // Another client for each process, because each has its own stub of Forage.
  credentials: { clientId: `${clientId}-${process.pid}`, clientSecret },
  fetch: createUpstream().fetch,
  store: redisStore(client, { keys, timeoutMs: patientMs }),
})
const handler = forage.sessionTokenHandler({
  authorize: () => ({ subject: 'alice', checkoutId: 'cart-1', merchantAccount: 'mid/123ab45c67' }),
  clientIp: () => '192.0.2.1',
  rateLimit: redisRateLimit(client),
})
const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
const request = new Request('https://shop.example/token', { method: 'POST', headers, body: '{}' })
const { status } = await handler(request)
if (closes === 'server and client') await forage.close()
await quit()
console.log(status)
