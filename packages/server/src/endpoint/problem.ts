import { isForageServerError } from '../shared/errors.ts'
import type { Answer } from './answer-headers.ts'

/** Stable codes of the endpoint. `unauthorized` means that the customer is signed out, and nothing else. */
export type ProblemCode =
  | 'unauthorized'
  | 'forbidden'
  | 'origin_denied'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'payload_too_large'
  | 'rate_limited'
  | 'merchant_invalid'
  | 'upstream_throttled'
  | 'upstream_unavailable'
  | 'not_configured'

/** RFC 9457, with a `code` to branch on. `detail` never repeats what Forage or the browser sent. */
export interface Problem {
  code: ProblemCode
  detail: string
  retryAfterSeconds?: number
}

const statuses: Record<ProblemCode, readonly [status: number, title: string]> = {
  unauthorized: [401, 'Not signed in'],
  forbidden: [403, 'Not allowed'],
  origin_denied: [403, 'Origin not allowed'],
  method_not_allowed: [405, 'Method not allowed'],
  unsupported_media_type: [415, 'Unsupported media type'],
  payload_too_large: [413, 'Payload too large'],
  rate_limited: [429, 'Too many requests'],
  merchant_invalid: [502, 'Merchant account not accepted'],
  upstream_throttled: [503, 'Payments are busy'],
  upstream_unavailable: [503, 'Payments are unavailable'],
  not_configured: [500, 'Not configured'],
}

export function problemAnswer({ code, detail, retryAfterSeconds }: Problem): Answer {
  const [status, title] = statuses[code]
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
  // RFC 9110 §15.5.2 wants a challenge; a scheme that browsers do not know opens no dialog.
  if (code === 'unauthorized') headers['www-authenticate'] = 'Session'
  const type = `urn:forage-session:problem:${code}`
  return { status, headers, body: JSON.stringify({ type, title, status, detail, code }) }
}

// It takes somebody to thaw the pool: every open checkout asking each second does not help.
const frozenSeconds = 30

/** What a failed mint is to a browser. A 401 of Forage is about the merchant's token: never a 401 here. */
export function problemOf(error: unknown, now: number): Problem {
  if (!isForageServerError(error)) return unavailable('An unexpected error on this server', 1)
  const seconds = wholeSeconds((error.retryAt ?? now) - now)
  switch (error.code) {
    case 'merchant_invalid':
      return { code: 'merchant_invalid', detail: error.remedy }
    case 'not_configured':
    case 'credentials_rejected':
      return { code: 'not_configured', detail: 'This server cannot get tokens from Forage; see its log' }
    case 'upstream_throttled':
      return { code: 'upstream_throttled', detail: 'Too many requests to Forage', retryAfterSeconds: seconds }
    case 'frozen':
      return unavailable('Forage gave no session token', frozenSeconds)
    default:
      return unavailable('Forage gave no session token', seconds)
  }
}

export function unavailable(detail: string, seconds: number): Problem {
  return { code: 'upstream_unavailable', detail, retryAfterSeconds: seconds }
}

/** `Retry-After` counts whole seconds (RFC 9110 §10.2.3); 0 would ask for a loop. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
