import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'

import { getRequestListener } from '@hono/node-server'
import express4, { type Request as ExpressRequest4 } from 'express-4'
import express5, { type Request as ExpressRequest } from 'express-5'
import session from 'express-session'
import { fastify as fastify4 } from 'fastify-4'
import { fastify as fastify5, type FastifyRequest } from 'fastify-5'
import { Hono, type Context } from 'hono'
import passport from 'passport'
import { afterEach, describe, expect, it } from 'vitest'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import { honoHandler } from '../../src/hono.ts'
import type { Authorize, ClientIp } from '../../src/index.ts'
import { nextHandler } from '../../src/next.ts'
import { toNodeHandler, type WebHandler } from '../../src/node.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { listen, target, type Loopback } from './http-client.ts'

const servers: Loopback[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(listener: Parameters<typeof listen>[0]): Promise<Loopback> {
  const server = await listen(listener)
  servers.push(server)
  return server
}

const body = '{"checkout_id":"cart-1"}'

/** Returns an endpoint, and what its `authorize` and `clientIp` received as `platform`. */
function endpoint(): { handler: WebHandler; platforms: unknown[] } {
  const platforms: unknown[] = []
  const authorize: Authorize = (_request, { platform }) => {
    platforms.push(platform)
    return { subject: 'alice', checkoutId: 'cart-1', merchantAccount }
  }
  const clientIp: ClientIp = (_request, { platform }) => {
    platforms.push(platform)
    return '192.0.2.1'
  }
  return { handler: createFixture().forage.sessionTokenHandler({ authorize, clientIp }), platforms }
}

describe('`platform` is the request of the framework, with what middleware put on it', () => {
  it('`platform` is the IncomingMessage of node:http', async () => {
    const { handler, platforms } = endpoint()
    const handle = toNodeHandler(handler)
    let own: unknown
    const { send } = await serve((req, res) => handle((own = Object.assign(req, { user: 'alice' })), res))
    expect((await send({ body })).status).toBe(200)
    expect(platforms).toEqual([own, own])
    expect(platforms[0]).toBeInstanceOf(IncomingMessage)
  })

  it.each([
    ['4', express4 as unknown as typeof express5],
    ['5', express5],
  ])('`platform` is the request of Express %s', async (_, create) => {
    const { handler, platforms } = endpoint()
    let own: unknown
    const app = create().use(express5.json(), (req, _res, next) => ((own = req), next()))
    const { send } = await serve(app.all(target, expressHandler(handler)))
    expect((await send({ body })).status).toBe(200)
    expect([platforms[0] === own, platforms[1] === own]).toEqual([true, true])
    expect((platforms[0] as ExpressRequest | ExpressRequest4).ip).toContain('127.0.0.1')
  })

  it.each([
    ['4, plugin', fastify4 as unknown as typeof fastify5, true],
    ['4, handler', fastify4 as unknown as typeof fastify5, false],
    ['5, plugin', fastify5, true],
    ['5, handler', fastify5, false],
  ])('`platform` is the request of Fastify %s', async (_, create, isPlugin) => {
    const { handler, platforms } = endpoint()
    const app = create()
    let own: unknown
    app.addHook('onRequest', async (request) => void (own = request))
    if (isPlugin) await app.register(fastifyPlugin, { handler, path: target })
    else app.all(target, fastifyHandler(handler))
    await app.ready()
    const { send } = await serve((req, res) => app.routing(req, res))
    expect((await send({ body })).status).toBe(200)
    expect([platforms[0] === own, platforms[1] === own]).toEqual([true, true])
    expect((platforms[0] as FastifyRequest).ip).toBe('127.0.0.1')
  })

  it.each([false, true])('`platform` is the context of Hono (trustProxy: %s)', async (trustProxy) => {
    const { handler, platforms } = endpoint()
    const app = new Hono<{ Variables: { user: string } }>()
    app.use(async (c, next) => (c.set('user', 'alice'), next()))
    app.all(target, honoHandler(handler, { trustProxy }))
    const { send } = await serve(getRequestListener(app.fetch))
    const headers = { 'x-forwarded-host': 'shop.example' }
    expect((await send({ body, headers })).status).toBe(200)
    for (const platform of platforms) expect((platform as Context).get('user')).toBe('alice')
    expect(platforms).toHaveLength(2)
  })

  it.each([false, true])('`platform` is the request of Next.js (trustProxy: %s)', async (trustProxy) => {
    const { handler, platforms } = endpoint()
    const headers = {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-forwarded-host': 'b.example',
    }
    const own = new Request('https://shop.example/token', { method: 'POST', headers, body })
    expect((await nextHandler(handler, { trustProxy }).POST(own)).status).toBe(200)
    expect([platforms[0] === own, platforms[1] === own]).toEqual([true, true])
  })

  it('`platform` is undefined without an adapter', async () => {
    const { handler, platforms } = endpoint()
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    await handler(new Request('https://shop.example/token', { method: 'POST', headers, body }))
    expect(platforms).toEqual([undefined, undefined])
  })
})

interface Customer {
  id: string
}

/** Signs in whom the header names: what a strategy with a password does is no concern of this test. */
class HeaderStrategy extends passport.Strategy {
  override readonly name = 'header'

  override authenticate(req: { headers: NodeJS.Dict<string | string[]> }): void {
    const id = req.headers['x-customer']
    if (typeof id === 'string') this.success({ id })
    else this.fail(401)
  }
}

describe('a customer who is signed in with passport and express-session', () => {
  async function shop(): Promise<Loopback> {
    const sessions = new passport.Passport()
    sessions.use(new HeaderStrategy())
    sessions.serializeUser((user, done) => done(null, (user as Customer).id))
    sessions.deserializeUser((id, done) => done(null, { id: String(id) }))
    const authorize: Authorize = (_request, { checkoutId, platform }) => {
      const { user, session: own } = platform as ExpressRequest
      const { cart } = own as unknown as { cart?: string }
      if (!user || cart === undefined || checkoutId !== cart) return null
      return { subject: (user as Customer).id, checkoutId: cart, merchantAccount }
    }
    const app = express5()
    app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))
    app.use(express5.json(), sessions.initialize(), sessions.session())
    app.post('/sign-in', sessions.authenticate('header'), (req, res) => {
      Object.assign(req.session, { cart: `cart of ${(req.user as Customer).id}` })
      res.end()
    })
    app.post('/sign-out', (req, res) => req.logout(() => res.end()))
    app.all(target, expressHandler(createFixture().forage.sessionTokenHandler({ authorize })))
    return serve(app)
  }

  const cookieOf = (headers: IncomingHttpHeaders): string => headers['set-cookie']![0]!.split(';')[0]!

  it('the customer gets a token for the own cart, and for no other', async () => {
    const { send } = await shop()
    const { headers } = await send({ path: '/sign-in', headers: { 'x-customer': 'alice' } })
    const cookie = cookieOf(headers)
    const request = (checkout_id: string) =>
      send({ headers: { cookie }, body: JSON.stringify({ checkout_id }) })
    expect((await request('cart of alice')).status).toBe(200)
    expect((await request('cart of bob')).status).toBe(401)
  })

  it('a customer who is not signed in, or signed out again, gets 401', async () => {
    const { send } = await shop()
    expect((await send({ body: '{"checkout_id":"cart of alice"}' })).status).toBe(401)
    const signedIn = await send({ path: '/sign-in', headers: { 'x-customer': 'alice' } })
    const cookie = cookieOf(signedIn.headers)
    await send({ path: '/sign-out', headers: { cookie } })
    expect((await send({ headers: { cookie }, body: '{"checkout_id":"cart of alice"}' })).status).toBe(401)
  })
})
