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
  const all: Record<string, string> = { ...alwaysHeaders, ...headers, date: httpDate(now) }
  if (status === 405) all['allow'] = isBrowser(options) ? 'POST, OPTIONS' : 'POST'
  const origin = allowedOrigin(options, request)
  if (origin !== undefined) {
    all['access-control-allow-origin'] = origin
    all['access-control-allow-credentials'] = 'true'
    all['access-control-expose-headers'] = 'Date, Retry-After'
  }
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: all })
}

let lastDate = { second: NaN, text: '' }

/** RFC 9110 §5.6.7. Written once a second: it is the same for thousands of answers. */
function httpDate(now: number): string {
  const second = Math.floor(now / 1000)
  if (second !== lastDate.second) lastDate = { second, text: new Date(now).toUTCString() }
  return lastDate.text
}

const alwaysHeaders = {
  'cache-control': 'no-store, private',
  vary: 'Origin, Cookie, Authorization',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}
