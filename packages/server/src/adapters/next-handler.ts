import { withPlatform } from '../shared/platform-request.ts'
import { publicRequest, trustsProxy } from './public-origin.ts'

type RouteHandler = (request: Request) => Promise<Response>
type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The exports of a `route.ts`. Every method is one of them, because the handler answers 405 itself. */
export type NextRoute = Record<Method, RouteHandler> & {
  /** Next.js reads this from the source file, so write `export const dynamic = 'force-dynamic'` there as well. */
  dynamic: 'force-dynamic'
}

/** Options of `nextHandler`. */
export interface NextHandlerOptions {
  /**
   * Whether `X-Forwarded-Proto` and `X-Forwarded-Host` give the URL that the handler sees. Set it only if your own
   * proxy sets both headers: any client can send them. Default: false.
   */
  trustProxy?: boolean
}

/**
 * Turns a web-standard handler into a route of the App Router of Next.js, for the Node.js and the edge runtime.
 *
 * @example
 * ```ts
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { nextHandler } from '@forage-session/server/next'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * export const dynamic = 'force-dynamic'
 * export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = nextHandler(sessionToken)
 * ```
 */
export function nextHandler(
  handler: (request: Request) => Promise<Response> | Response,
  options?: NextHandlerOptions,
): NextRoute {
  const trustProxy = trustsProxy(options)
  const route: RouteHandler = async (request) =>
    handler(withPlatform(publicRequest(request, trustProxy), request))
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
