import { withPlatform } from '../shared/platform-request.ts'
import { sentBodyHeaders, withBodyUsed } from './parsed-body.ts'
import { isForbiddenMethod, publicRequest, trustsProxy } from './public-origin.ts'

/** The part of a Hono context that the handler uses. */
export interface HonoContext {
  req: { method?: string; raw: Request; text(): Promise<string> }
}

/** A route handler of Hono. */
export type HonoHandler = (context: HonoContext) => Promise<Response>

/** Options of `honoHandler`. */
export interface HonoHandlerOptions {
  /**
   * Whether `X-Forwarded-Proto` and `X-Forwarded-Host` give the URL that the handler sees. Set it only if your own
   * proxy sets both headers: any client can send them. Default: false.
   */
  trustProxy?: boolean
}

/**
 * Turns a web-standard handler into one for `app.all(path, …)` of Hono. Middleware before it may read the body
 * through `c.req`.
 *
 * @example
 * ```ts
 * import type { SessionTokenHandler } from '@forage-session/server'
 * import { honoHandler } from '@forage-session/server/hono'
 * import { Hono } from 'hono'
 *
 * declare const sessionToken: SessionTokenHandler // forage.sessionTokenHandler({ … })
 *
 * export default new Hono().all('/api/forage/session-token', honoHandler(sessionToken))
 * ```
 */
export function honoHandler(
  handler: (request: Request) => Promise<Response> | Response,
  options?: HonoHandlerOptions,
): HonoHandler {
  const trustProxy = trustsProxy(options)
  return async (context) => {
    const { req } = context
    // `raw` cannot be created with such a method.
    if (isForbiddenMethod(req.method)) return new Response(null, { status: 501 })
    const request = publicRequest(await readable(req), trustProxy)
    return handler(withPlatform(request, context))
  }
}

// Hono keeps a body that was read through `c.req`, and returns it again as text.
async function readable(req: HonoContext['req']): Promise<Request> {
  const { raw } = req
  if (!raw.bodyUsed) return raw
  const { url, method, signal } = raw
  const headers = new Headers(raw.headers)
  for (const name of sentBodyHeaders) headers.delete(name)
  const body = await req.text().catch(() => undefined)
  const request = new Request(url, { method, headers, signal, body: body ?? '' })
  return body === undefined ? withBodyUsed(request) : request
}
