import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { getRequestListener } from '@hono/node-server'
import express4 from 'express-4'
import express5 from 'express-5'
import { fastify as fastify4 } from 'fastify-4'
import { fastify as fastify5 } from 'fastify-5'
import { Hono, type MiddlewareHandler } from 'hono'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import { honoHandler } from '../../src/hono.ts'
import { nextHandler } from '../../src/next.ts'
import { toNodeHandler, type WebHandler } from '../../src/node.ts'

export interface Framework {
  name: string
  /** Whether a middleware before the handler sets `Set-Cookie: early=1` and `Vary: Accept-Encoding`. */
  setsHeadersBefore: boolean
  /** Whether a body parser ran before the handler. */
  parses: boolean
  /** Returns the listener of an application that has the handler at `/api/forage/session-token`. */
  listener(handler: WebHandler, trustProxy: boolean): RequestListener | Promise<RequestListener>
}

const mount = '/api'
const path = '/forage/session-token'

function setHeadersBefore(_req: unknown, res: ServerResponse, next: () => void): void {
  res.setHeader('set-cookie', 'early=1')
  res.setHeader('vary', 'Accept-Encoding')
  next()
}

function onNode(): Framework {
  return {
    name: 'node:http',
    setsHeadersBefore: true,
    parses: false,
    listener(handler, trustProxy) {
      const handle = toNodeHandler(handler, { trustProxy })
      return (req, res) => setHeadersBefore(req, res, () => handle(req, res))
    },
  }
}

// Platforms for functions read the body before the handler runs.
function onNodeWithRawBody(): Framework {
  return {
    name: 'node:http, the body read into `rawBody`',
    setsHeadersBefore: true,
    parses: true,
    listener(handler, trustProxy) {
      const handle = toNodeHandler(handler, { trustProxy })
      return (req, res) => {
        setHeadersBefore(req, res, async () => {
          const rawBody = Buffer.concat(await req.toArray())
          handle(Object.assign(req, { rawBody }), res)
        })
      }
    },
  }
}

type ExpressParser = 'json' | 'raw' | 'text'

function onExpress(version: 4 | 5, parser?: ExpressParser): Framework {
  const create = version === 4 ? express4 : (express5 as unknown as typeof express4)
  return {
    name: `Express ${version}, ${parser ? `express.${parser}()` : 'no parser'}`,
    setsHeadersBefore: true,
    parses: parser !== undefined,
    listener(handler, trustProxy) {
      const app = create()
      if (trustProxy) app.set('trust proxy', 'loopback')
      app.use(setHeadersBefore)
      if (parser) app.use(create[parser](parser === 'json' ? {} : { type: '*/*' }))
      const router = create.Router()
      router.all(path, expressHandler(handler))
      app.use(mount, router)
      return app
    },
  }
}

type FastifyRoute = 'plugin' | 'default parser' | 'parser for bytes' | 'parser for streams' | 'hijack'

function onFastify(version: 4 | 5, route: FastifyRoute): Framework {
  const create = version === 4 ? (fastify4 as unknown as typeof fastify5) : fastify5
  return {
    name: `Fastify ${version}, ${route}`,
    setsHeadersBefore: true,
    parses: route === 'default parser' || route === 'parser for bytes' || route === 'hijack',
    async listener(handler, trustProxy) {
      const app = create({ trustProxy })
      app.addHook('onRequest', async (_request, reply) => {
        if (route === 'hijack') return setHeadersBefore(undefined, reply.raw, () => {})
        reply.header('set-cookie', 'early=1').header('vary', 'Accept-Encoding')
      })
      if (route === 'parser for bytes') {
        app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, body),
        )
      }
      if (route === 'parser for streams') {
        app.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))
      }
      if (route === 'plugin') await app.register(fastifyPlugin, { handler, path, prefix: mount })
      else if (route === 'hijack') app.all(mount + path, hijacked(handler, trustProxy))
      else app.all(mount + path, fastifyHandler(handler))
      await app.ready()
      return (req, res) => app.routing(req, res)
    },
  }
}

interface Hijackable {
  raw: ServerResponse
  hijack(): unknown
}

function hijacked(handler: WebHandler, trustProxy: boolean) {
  const handle = toNodeHandler(handler, { trustProxy })
  return (request: { raw: IncomingMessage; body: unknown }, reply: Hijackable): void => {
    reply.hijack()
    handle(Object.assign(request.raw, { body: request.body }), reply.raw)
  }
}

function onHono(reads?: 'json' | 'arrayBuffer'): Framework {
  const read: MiddlewareHandler = async (c, next) => {
    if (c.req.method === 'POST' && reads) await c.req[reads]()
    await next()
  }
  return {
    name: `Hono, ${reads ? `after c.req.${reads}()` : 'no parser'}`,
    setsHeadersBefore: false,
    parses: reads !== undefined,
    listener(handler, trustProxy) {
      const app = new Hono().basePath(mount)
      return getRequestListener(app.use(read).all(path, honoHandler(handler, { trustProxy })).fetch)
    },
  }
}

function onNext(): Framework {
  return {
    name: 'Next.js, a route handler',
    setsHeadersBefore: false,
    parses: false,
    listener(handler, trustProxy) {
      const route = nextHandler(handler, { trustProxy })
      // Next.js answers a method that the route does not export itself.
      const notAllowed = (): Response => new Response(null, { status: 405 })
      return getRequestListener((request) => (route[request.method as 'POST'] ?? notAllowed)(request))
    },
  }
}

export const frameworks: readonly Framework[] = [
  onNode(),
  onNodeWithRawBody(),
  ...([4, 5] as const).flatMap((version) => [
    onExpress(version),
    onExpress(version, 'json'),
    onExpress(version, 'raw'),
    onExpress(version, 'text'),
    onFastify(version, 'plugin'),
    onFastify(version, 'default parser'),
    onFastify(version, 'parser for bytes'),
    onFastify(version, 'parser for streams'),
    onFastify(version, 'hijack'),
  ]),
  onHono(),
  onHono('json'),
  onHono('arrayBuffer'),
  onNext(),
]
