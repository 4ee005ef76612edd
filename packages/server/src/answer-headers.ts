import { allowedOrigin, isBrowser, type ChannelOptions } from './channel.ts'
import { problemResponse } from './problem.ts'

/** The question a browser asks before it sends to another origin (the Fetch standard, "CORS-preflight fetch"). */
export function preflight(options: ChannelOptions, request: Request): Response {
  const detail = 'This origin may not ask for a session token; see the option "origins"'
  if (!allowedOrigin(options, request)) return problemResponse({ code: 'origin_denied', detail })
  const headers = {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, authorization',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers })
}

/** What every answer carries, also a refusal: a token is for its receiver and no cache. */
export function withAnswerHeaders(
  answer: Response,
  options: ChannelOptions,
  request: Request,
  now: number,
): Response {
  const headers = new Headers(answer.headers)
  for (const [name, value] of Object.entries(alwaysHeaders)) headers.set(name, value)
  headers.set('date', new Date(now).toUTCString())
  if (answer.status === 405) headers.set('allow', isBrowser(options) ? 'POST, OPTIONS' : 'POST')
  const origin = allowedOrigin(options, request)
  if (origin) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.set('access-control-expose-headers', 'Date, Retry-After')
  }
  return new Response(request.method === 'HEAD' ? null : answer.body, { status: answer.status, headers })
}

const alwaysHeaders = {
  'cache-control': 'no-store, private',
  vary: 'Origin, Cookie, Authorization',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}
