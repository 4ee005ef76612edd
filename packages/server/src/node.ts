/**
 * A web-standard handler for `node:http`.
 *
 * @module @forage-session/server/node
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

import { serveNode, type WebHandler } from './adapters/node-adapter.ts'

export type { WebHandler } from './adapters/node-adapter.ts'

/** How the URL is found. */
export interface NodeHandlerOptions {
  /**
   * Whether a proxy of yours sets `X-Forwarded-Proto` and `X-Forwarded-Host`, for the URL that the handler sees.
   * Default: false, as anyone can send them.
   */
  trustProxy?: boolean
}

/** For `createServer` of `node:http`, `node:https` and `node:http2`, and as middleware of Connect. */
export type NodeHandler = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * A web-standard handler for Node.js. A body that a parser has read is taken from `req.rawBody` or `req.body`.
 * What `handler` throws goes to `next`; without one the answer is an empty 500.
 */
export function toNodeHandler(
  handler: WebHandler,
  { trustProxy = false }: NodeHandlerOptions = {},
): NodeHandler {
  return (req, res, next) => {
    // HTTP/2 has the same interface by design ("compatibility API").
    const response = res as ServerResponse
    const failed = next ?? (() => fail(response))
    void serveNode(handler, req as IncomingMessage, response, { trusted: trustProxy, failed })
  }
}

function fail(res: ServerResponse): void {
  if (res.headersSent) return void res.destroy()
  res.statusCode = 500
  res.end()
}
