import * as v from 'valibot'

import { BodyTooLargeError, readBounded } from '../shared/bounded-body.ts'
import type { ServerClock } from '../shared/clock.ts'
import { isTimeout, withinTime } from '../shared/deadline.ts'
import { parseJson } from '../upstream/upstream-error-code.ts'
import { unavailable, type Problem } from './problem.ts'

const maxBodyBytes = 8 * 1024
/** The body has some hundred bytes: even a slow network delivers them in this time. */
const bodyTimeoutMs = 5000
const reasons = ['first', 'renewal', 'expired', 'rejected'] as const
const schema = v.object({
  checkout_id: v.nullish(v.string()),
  reason: v.nullish(v.picklist(reasons), 'first'),
})

/** Why the browser requests a token: it has no token yet, renews early, its token expired, or the API refused it. */
export type TokenRequestReason = (typeof reasons)[number]

/** The body of the browser's request. */
export interface TokenRequestBody {
  checkoutId: string | undefined
  reason: TokenRequestReason
}

/** Reads the body of the browser's request: at most 8 KiB in 5 s. */
export async function readTokenRequest(
  request: Request,
  clock: ServerClock,
): Promise<TokenRequestBody | Problem> {
  try {
    const text = await withinTime(clock, bodyTimeoutMs, readText(request))
    if (text === undefined) return bodyAlreadyRead
    const body = parseTokenRequest(text)
    if (body) return body
    const detail = 'Send a JSON object with `checkout_id` (a string) and `reason`'
    // RFC 9110 §15.5.16: the status is also for content that turns out to be unsupported.
    return { code: 'unsupported_media_type', detail }
  } catch (error) {
    if (isTimeout(error)) return unavailable('The body did not arrive in time', 1)
    if (!(error instanceof BodyTooLargeError)) throw error
    return { code: 'payload_too_large', detail: `Send at most ${maxBodyBytes} bytes` }
  }
}

const bodyAlreadyRead: Problem = {
  code: 'not_configured',
  detail: 'The body was read before this handler got it',
}

/**
 * Reads the body with a bound, whatever `Content-Length` says: it may count compressed bytes. Undefined if the body was
 * read before, or has another reader.
 */
async function readText(request: Request): Promise<string | undefined> {
  if (request.bodyUsed) return undefined
  if (readsSocket(request)) return readSocket(request)
  return request.body?.locked ? undefined : readBounded(request, maxBodyBytes)
}

/**
 * Returns whether the request is an object of a server that reads short bodies from the socket itself, much faster than
 * as a stream (`@hono/node-server`). There, the HTTP parser holds the client to its `Content-Length` (RFC 9112 §6.3). A
 * middleware that changes the body has to create another `Request`, so this is not true of its request.
 */
function readsSocket(request: Request): boolean {
  if (request.text === Request.prototype.text) return false
  const length = request.headers.get('content-length') ?? ''
  return /^\d{1,4}$/.test(length) && Number(length) <= maxBodyBytes
}

async function readSocket(request: Request): Promise<string | undefined> {
  try {
    const text = await request.text()
    if (text.length <= maxBodyBytes) return text
  } catch (error) {
    // The Fetch standard has this error for a body that is not usable; a broken connection has another one.
    if (error instanceof TypeError) return undefined
    throw error
  }
  throw new BodyTooLargeError()
}

/** Undefined if the text is not a token request. An empty body names no checkout. */
function parseTokenRequest(text: string): TokenRequestBody | undefined {
  const value = text.trim() === '' ? {} : parseJson(text)
  const parsed = v.safeParse(schema, value)
  // To the schema, an array is an object.
  if (!parsed.success || Array.isArray(value)) return undefined
  return { checkoutId: parsed.output.checkout_id ?? undefined, reason: parsed.output.reason }
}
