/**
 * A web-standard handler for Hono.
 *
 * @module @forage-session/server/hono
 */

import { sentBodyHeaders, withBodyUsed } from './adapters/parsed-body.ts'
import { publicRequest } from './adapters/public-origin.ts'

/** What this needs of a context of Hono. */
export interface HonoContext {
  req: { raw: Request; text(): Promise<string> }
}

/** A route's handler. */
export type HonoHandler = (context: HonoContext) => Promise<Response>

/** How the URL is found. */
export interface HonoHandlerOptions {
  /**
   * Whether a proxy of yours sets `X-Forwarded-Proto` and `X-Forwarded-Host`, for the URL that the handler sees.
   * Default: false, as anyone can send them.
   */
  trustProxy?: boolean
}

/** A web-standard handler for `app.all(path, …)` of Hono, also behind a middleware that read the body with `c.req`. */
export function honoHandler(
  handler: (request: Request) => Promise<Response> | Response,
  { trustProxy = false }: HonoHandlerOptions = {},
): HonoHandler {
  return async ({ req }) => handler(publicRequest(await readable(req), trustProxy))
}

// Hono keeps what was read through `c.req`, in whichever form, and gives it again as text.
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
