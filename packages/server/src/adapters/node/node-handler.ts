import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

import { trustsProxy } from '../public-origin.ts'
import { serveNode, type WebHandler } from './serve-node.ts'

/** Options of `toNodeHandler`. */
export interface NodeHandlerOptions {
  /**
   * Whether `X-Forwarded-Proto` and `X-Forwarded-Host` give the URL that the handler sees. Set it only if your own
   * proxy sets both headers: any client can send them. Default: false.
   */
  trustProxy?: boolean
}

/** A listener for `createServer` of `node:http`, `node:https` and `node:http2`, and middleware of Connect. */
export type NodeHandler = (
  req: IncomingMessage | Http2ServerRequest,
  res: ServerResponse | Http2ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * Turns a web-standard handler into one for the HTTP servers of Node.js. If a body parser ran before, the body is
 * taken from `req.rawBody` or `req.body`. If `handler` throws or rejects, `next` receives the error; without `next`,
 * the answer is an empty 500.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { toNodeHandler } from '@forage-session/server/node'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * createServer(toNodeHandler(sessionToken, { trustProxy: true })).listen(3000)
 * ```
 */
export function toNodeHandler(handler: WebHandler, options?: NodeHandlerOptions): NodeHandler {
  const trusted = trustsProxy(options)
  return (req, res, next) => {
    // The compatibility API of HTTP/2 has the interface of HTTP/1 by design.
    const response = res as ServerResponse
    const failed = next ?? (() => fail(response))
    void serveNode(handler, req as IncomingMessage, response, { trusted, failed })
  }
}

function fail(res: ServerResponse): void {
  if (res.headersSent) return void res.destroy()
  res.statusCode = 500
  res.end()
}
