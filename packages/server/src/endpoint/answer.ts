import { problemCodes, type ProblemCode } from '../shared/codes.ts'
import type { Sender } from './channel.ts'
import type { Problem } from './problem.ts'

/** An answer before it becomes a `Response`. One `Response` is enough: a second one around it costs a stream. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | null
  /** Present if the body is a problem document. */
  code?: ProblemCode
}

/** Returns a problem document (RFC 9457). */
export function problemAnswer({ code, detail, retryAfterSeconds }: Problem): Answer {
  const { status, title } = problemCodes[code]
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  // RFC 9110 §15.5.2 requires a challenge; a scheme that browsers do not know opens no dialog.
  if (code === 'unauthorized') headers['www-authenticate'] = 'Session'
  const type = `urn:forage-session:problem:${code}`
  return { status, headers, body: JSON.stringify({ type, title, status, detail, code }), code }
}

/** Answers the `OPTIONS` request that a browser sends first (the Fetch standard, "CORS-preflight fetch"). */
export function preflight({ verdict }: Sender, { headers }: Request): Answer {
  const detail = 'This origin may not request a session token; see the option "origins"'
  if (verdict !== 'allowed') return problemAnswer({ code: 'origin_denied', detail })
  const requested = headers.get('access-control-request-headers')
  const allowed = {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': allowedHeaders(requested ?? ''),
    'access-control-max-age': '600',
    ...(requested !== null && { vary: `${alwaysHeaders.vary}, Access-Control-Request-Headers` }),
  }
  return { status: 204, headers: allowed, body: null }
}

// A page that may have the token may send any header: tracing tools add theirs, and pages a token against CSRF.
function allowedHeaders(requested: string): string {
  const names = requested.split(',').map((name) => name.trim().toLowerCase())
  const isToken = (name: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
  return [...new Set(['content-type', 'authorization', ...names.filter(isToken)])].join(', ')
}

/** Adds the headers of every answer, also of a refusal: a token is for its receiver and no cache. */
export function toResponse(
  { status, headers, body }: Answer,
  request: Request,
  { origin, verdict }: Sender,
  now: number,
): Response {
  const all: Record<string, string> = { ...alwaysHeaders, ...headers, date: httpDate(now) }
  if (origin !== null && verdict === 'allowed') {
    all['access-control-allow-origin'] = origin
    all['access-control-allow-credentials'] = 'true'
    all['access-control-expose-headers'] = 'Date, Retry-After'
  }
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: all })
}

let lastDate = { second: NaN, text: '' }

/** Formats `now` by RFC 9110 §5.6.7, once a second: thousands of answers share the text. */
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
