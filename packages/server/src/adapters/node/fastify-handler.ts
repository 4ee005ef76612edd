import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

import { assertKnownOptions } from '../../shared/known-options.ts'
import { withPlatform } from '../../shared/platform-request.ts'
import { isForbiddenMethod, publicOrigin } from '../public-origin.ts'
import { toWebRequest } from './node-request.ts'
import { mergeVary } from './node-response.ts'
import type { WebHandler } from './serve-node.ts'

/** The part of a Fastify request that the handler uses. Fastify 4 and 5 have it. */
export interface FastifyRequestLike {
  raw: IncomingMessage
  protocol: string
  /** The host with its port, since Fastify 5. */
  host?: string
  /** The host, with its port in Fastify 4. */
  hostname: string
  originalUrl: string
  body: unknown
}

/** The part of a Fastify reply that the handler uses. Fastify 4 and 5 have it. */
export interface FastifyReplyLike {
  raw: ServerResponse
  code(status: number): this
  header(name: string, value: string): unknown
  getHeader(name: string): number | string | string[] | undefined
  send(payload?: unknown): unknown
}

/** The part of a Fastify instance that the plugin uses. Fastify 4 and 5 have it. */
export interface FastifyInstanceLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    contentType: string,
    parser: (request: unknown, payload: unknown, done: (error: null, body: unknown) => void) => void,
  ): unknown
  all(path: string, handler: FastifyHandler): unknown
}

/** A route handler of Fastify. */
export type FastifyHandler = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>

/** Options of `fastifyPlugin`, given to `app.register`. */
export interface FastifyPluginOptions {
  /** The web-standard handler, for example from `sessionTokenHandler`. */
  handler: WebHandler
  /** Path of the route, below the `prefix` given to `register`. Default: `/`. */
  path?: string
}

// Fastify gives its own options of `register` to the plugin, too.
const knownOptions = {
  handler: true,
  path: true,
  prefix: true,
  logLevel: true,
  logSerializers: true,
} as const

/**
 * Registers a web-standard handler for every method of one path. The handler gets the body as the browser sent it,
 * because the plugin removes the body parsers of the application within its own scope.
 *
 * @example
 * ```ts
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { fastifyPlugin } from '@forage-session/server/fastify'
 * import { fastify } from 'fastify'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * const app = fastify({ trustProxy: true })
 * await app.register(fastifyPlugin, { handler: sessionToken, path: '/api/forage/session-token' })
 * await app.listen({ port: 3000 })
 * ```
 */
export async function fastifyPlugin(
  instance: FastifyInstanceLike,
  options: FastifyPluginOptions,
): Promise<void> {
  assertKnownOptions(options, knownOptions)
  const { handler, path = '/' } = options
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  instance.all(path, fastifyHandler(handler))
}

/**
 * Turns a web-standard handler into a route handler of Fastify 4 and 5. Any body parser may run before it, and hooks
 * run as for other routes. Fastify's option `trustProxy` says whether `X-Forwarded-Proto` and `X-Forwarded-Host`
 * count.
 *
 * @example
 * ```ts
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { fastifyHandler } from '@forage-session/server/fastify'
 * import { fastify } from 'fastify'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * const app = fastify({ trustProxy: true })
 * app.all('/api/forage/session-token', fastifyHandler(sessionToken))
 * ```
 */
export function fastifyHandler(handler: WebHandler): FastifyHandler {
  return async (request, reply) => {
    const { raw, host = request.hostname, originalUrl: target, body: parsed } = request
    const protocol = request.protocol === 'https' ? 'https' : 'http'
    // Fastify has read the headers of a trusted proxy already.
    const origin = publicOrigin({ protocol, host }, () => undefined, false)
    if (origin === undefined) return reply.code(400).send()
    if (isForbiddenMethod(raw.method)) return reply.code(501).send()
    const webRequest = await toWebRequest(raw, reply.raw, { origin, target, parsed })
    return sendReply(reply, await handler(withPlatform(webRequest, request)))
  }
}

function sendReply(reply: FastifyReplyLike, { status, headers, body }: Response): unknown {
  reply.code(status)
  for (const [name, value] of headers) {
    reply.header(name, name === 'vary' ? mergeVary(reply.getHeader(name), value) : value)
  }
  return reply.send(body ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : undefined)
}
