/**
 * A web-standard handler for Express 4 and 5.
 *
 * @module @forage-session/server/express
 */

import type { ServerResponse } from 'node:http'

import { serveNode, type NodeRequest, type WebHandler } from './adapters/node-adapter.ts'

export type { WebHandler } from './adapters/node-adapter.ts'

/** What this needs of a request of Express 4 and 5. */
export interface ExpressRequest extends NodeRequest {
  app: { get(setting: string): unknown }
}

/** A route's handler, or middleware. */
export type ExpressHandler = (
  req: ExpressRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * A web-standard handler for `app.all(path, …)` of Express 4 and 5, with or without `express.json()` before it.
 * Whether a proxy is trusted is the app's setting `trust proxy`. What `handler` throws goes to `next`.
 */
export function expressHandler(handler: WebHandler): ExpressHandler {
  return (req, res, next) => {
    void serveNode(handler, req, res, { trusted: isProxyTrusted(req), failed: next })
  }
}

// The function that Express compiles the setting into: by number of hops, address or network.
function isProxyTrusted({ app, socket }: ExpressRequest): boolean {
  const trusts = app.get('trust proxy fn')
  return typeof trusts === 'function' && trusts(socket.remoteAddress, 0) === true
}
