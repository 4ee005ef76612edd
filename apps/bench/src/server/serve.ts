// Serves both endpoints in one process: the bare framework, and ours in the same framework.
import { createForageServer } from '@forage-session/server'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const token = 'sandbox_eyJhIjo0Mn0.aHe7Tw.aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmNoPq'
const customers = new Map([['sid=4f1c2a', { id: 'customer-1' }]])
// The limits count every request and refuse none.
const unlimited = { requests: Number.MAX_SAFE_INTEGER, perMs: 60_000 }

const upstream: typeof globalThis.fetch = async (input) =>
  new Request(input).url.endsWith('/o/token/')
    ? Response.json({
        access_token: 'sandbox_lsIZjMZ2eaS6H5SpBcsRI8mViRwKfA',
        token_type: 'Bearer',
        expires_in: 604_800,
      })
    : Response.json({ token })

const forage = createForageServer({
  environment: 'sandbox',
  credentials: { clientId: 'id', clientSecret: 'secret' },
  fetch: upstream,
})
const sessionToken = forage.sessionTokenHandler({
  authorize: (request, { checkoutId }) => {
    const customer = customers.get(request.headers.get('cookie') ?? '')
    if (!customer || checkoutId === undefined) return null
    return { subject: customer.id, checkoutId, merchantAccount: 'mid/123ab45c67' }
  },
  origins: ['https://shop.example'],
  clientIp: (request) => request.headers.get('x-real-ip'),
  rateLimit: { ip: unlimited, subject: unlimited, merchant: unlimited },
})

const app = new Hono()
  .post('/bare', async (c) => {
    await c.req.json()
    return c.json({ token, expires_in: 900 })
  })
  .post('/session-token', (c) => sessionToken(c.req.raw))

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.(port))
process.on('disconnect', () => process.exit())

// The parent requests the CPU time between two rounds.
process.on('message', () => process.send?.(process.cpuUsage()))
