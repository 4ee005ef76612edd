import { allowedOrigin, isBrowser, type ChannelOptions } from './channel.ts'
import { problemAnswer } from './problem.ts'

/** A response before its headers are complete. Made into one `Response`: a second one around it costs a stream. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | null
}

/** The question a browser asks before it sends to another origin (the Fetch standard, "CORS-preflight fetch"). */
export function preflight(options: ChannelOptions, request: Request): Answer {
  const detail = 'This origin may not ask for a session token; see the option "origins"'
  if (!allowedOrigin(options, request)) return problemAnswer({ code: 'origin_denied', detail })
  const headers = {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return { status: 204, headers, body: null }
}

/** What every answer carries, also a refusal: a token is for its receiver and no cache. */
export function toResponse(
  { status, headers, body }: Answer,
  options: ChannelOptions,
  request: Request,
  now: number,
): Response {
  const all = {
    ...headers,
    ...alwaysHeaders,
    date: new Date(now).toUTCString(),
    ...(status === 405 ? { allow: isBrowser(options) ? 'POST, OPTIONS' : 'POST' } : {}),
    ...corsHeaders(allowedOrigin(options, request)),
  }
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: all })
}

function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Date, Retry-After',
  }
}

const alwaysHeaders = {
  'cache-control': 'no-store, private',
  vary: 'Origin, Cookie, Authorization',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}
