/**
 * A web-standard handler for route handlers of Next.
 *
 * @module @forage-session/server/next
 */

import { publicRequest } from './adapters/public-origin.ts'

type RouteHandler = (request: Request) => Promise<Response>
type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The exports of a `route.ts`: every method, so that the handler says itself which are allowed. */
export type NextRoute = Record<Method, RouteHandler> & {
  /** Next.js reads it from the source: repeat it there as `export const dynamic = 'force-dynamic'`. */
  dynamic: 'force-dynamic'
}

/** How the URL is found. */
export interface NextHandlerOptions {
  /**
   * Whether a proxy of yours sets `X-Forwarded-Proto` and `X-Forwarded-Host`, for the URL that the handler sees.
   * Default: false, as anyone can send them.
   */
  trustProxy?: boolean
}

/** A web-standard handler as a route of the App Router of Next.js, for its Node.js and its edge runtime. */
export function nextHandler(
  handler: (request: Request) => Promise<Response> | Response,
  { trustProxy = false }: NextHandlerOptions = {},
): NextRoute {
  const route: RouteHandler = async (request) => handler(publicRequest(request, trustProxy))
  return {
    GET: route,
    HEAD: route,
    OPTIONS: route,
    POST: route,
    PUT: route,
    PATCH: route,
    DELETE: route,
    dynamic: 'force-dynamic',
  }
}
