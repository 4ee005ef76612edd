import type { ServerResponse } from 'node:http'

import { serveNode, type NodeRequest, type WebHandler } from './serve-node.ts'

/** The part of an Express request that the handler uses. Express 4 and 5 have it. */
export interface ExpressRequest extends NodeRequest {
  app: { get(setting: string): unknown }
}

/** A route handler or middleware of Express. */
export type ExpressHandler = (
  req: ExpressRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Turns a web-standard handler into one for `app.all(path, …)` of Express 4 and 5. A body parser may run before it.
 * Express's setting `trust proxy` says whether `X-Forwarded-Proto` and `X-Forwarded-Host` count. If `handler` throws
 * or rejects, `next` receives the error.
 *
 * @example
 * ```ts
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { expressHandler } from '@forage-session/server/express'
 * import express from 'express'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * express().all('/api/forage/session-token', expressHandler(sessionToken)).listen(3000)
 * ```
 */
export function expressHandler(handler: WebHandler): ExpressHandler {
  return (req, res, next) => {
    void serveNode(handler, req, res, { trusted: isProxyTrusted(req), failed: next })
  }
}

// Express compiles the setting (a number of hops, addresses or networks) into this function.
function isProxyTrusted({ app, socket }: ExpressRequest): boolean {
  const trusts = app.get('trust proxy fn')
  return typeof trusts === 'function' && trusts(socket.remoteAddress, 0) === true
}
