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
  if (request.bodyUsed || request.body?.locked) return bodyAlreadyRead
  try {
    const text = await withinTime(clock, bodyTimeoutMs, readBounded(request, maxBodyBytes))
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

/** Undefined if the text is not a token request. An empty body names no checkout. */
function parseTokenRequest(text: string): TokenRequestBody | undefined {
  const value = text.trim() === '' ? {} : parseJson(text)
  const parsed = v.safeParse(schema, value)
  // To the schema, an array is an object.
  if (!parsed.success || Array.isArray(value)) return undefined
  return { checkoutId: parsed.output.checkout_id ?? undefined, reason: parsed.output.reason }
}
