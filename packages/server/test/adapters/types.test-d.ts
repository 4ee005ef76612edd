// This file is only compiled. It checks that the types of every framework fit the adapters.
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'

import express4 from 'express-4'
import express5 from 'express-5'
import { fastify as fastify4 } from 'fastify-4'
import { fastify as fastify5 } from 'fastify-5'
import { Hono } from 'hono'

import { expressHandler } from '../../src/express.ts'
import { fastifyHandler, fastifyPlugin } from '../../src/fastify.ts'
import { honoHandler } from '../../src/hono.ts'
import { nextHandler } from '../../src/next.ts'
import { toNodeHandler, type WebHandler } from '../../src/node.ts'

declare const handler: WebHandler

createServer(toNodeHandler(handler))
createHttpsServer({}, toNodeHandler(handler))
createHttp2Server(toNodeHandler(handler, { trustProxy: true }))

express4().all('/token', expressHandler(handler))
express5().all('/token', expressHandler(handler))
express5().use(toNodeHandler(handler))

fastify4().all('/token', fastifyHandler(handler))
fastify4().register(fastifyPlugin, { handler, path: '/token', prefix: '/api' })
fastify5().all('/token', fastifyHandler(handler))
fastify5().register(fastifyPlugin, { handler, path: '/token', prefix: '/api' })
// @ts-expect-error A plugin without a handler would answer nothing.
fastify5().register(fastifyPlugin, { path: '/token' })

new Hono().all('/token', honoHandler(handler))

nextHandler(handler).POST satisfies (request: Request) => Promise<Response>
