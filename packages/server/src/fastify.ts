/**
 * A web-standard handler for Fastify 4 and 5.
 *
 * @module @forage-session/server/fastify
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

import type { WebHandler } from './adapters/node-adapter.ts'
import { toWebRequest } from './adapters/node-request.ts'
import { mergeVary } from './adapters/node-response.ts'

export type { WebHandler } from './adapters/node-adapter.ts'

/** What this needs of a request of Fastify 4 and 5. */
export interface FastifyRequestLike {
  raw: IncomingMessage
  protocol: string
  /** With the port, since Fastify 5. */
  host?: string
  /** With the port, until Fastify 4. */
  hostname: string
  originalUrl: string
  body: unknown
}

/** What this needs of a reply of Fastify 4 and 5. */
export interface FastifyReplyLike {
  raw: ServerResponse
  code(status: number): unknown
  header(name: string, value: string): unknown
  getHeader(name: string): number | string | string[] | undefined
  send(payload?: unknown): unknown
}

/** What this needs of an instance of Fastify 4 and 5. */
export interface FastifyInstanceLike {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    contentType: string,
    parser: (request: unknown, payload: unknown, done: (error: null, body: unknown) => void) => void,
  ): unknown
  all(path: string, handler: FastifyHandler): unknown
}

/** A route's handler. */
export type FastifyHandler = (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>

/** What `register` is given with the plugin. */
export interface FastifyPluginOptions {
  /** The web-standard handler, for example of `sessionTokenHandler`. */
  handler: WebHandler
  /** Where it answers, under the `prefix` of `register`. Default: `/`. */
  path?: string
}

/**
 * `app.register(fastifyPlugin, { handler, path })`: the handler for every method, with the body as it was sent,
 * whatever parsers the application has.
 */
export async function fastifyPlugin(
  instance: FastifyInstanceLike,
  { handler, path = '/' }: FastifyPluginOptions,
): Promise<void> {
  instance.removeAllContentTypeParsers()
  instance.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  instance.all(path, fastifyHandler(handler))
}

/**
 * A web-standard handler for a route of Fastify 4 and 5, whichever parser ran. Hooks run as for any other route;
 * whether a proxy is trusted is Fastify's option `trustProxy`.
 */
export function fastifyHandler(handler: WebHandler): FastifyHandler {
  return async (request, reply) => {
    const { raw, protocol, host = request.hostname, originalUrl: target, body: parsed } = request
    const parts = { origin: `${protocol}://${host}`, target, parsed }
    return sendReply(reply, await handler(await toWebRequest(raw, reply.raw, parts)))
  }
}

function sendReply(reply: FastifyReplyLike, { status, headers, body }: Response): unknown {
  reply.code(status)
  for (const [name, value] of headers) {
    reply.header(name, name === 'vary' ? mergeVary(reply.getHeader(name), value) : value)
  }
  return reply.send(body ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : undefined)
}
