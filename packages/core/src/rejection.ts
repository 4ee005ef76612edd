import { asRecord } from './as-record.ts'
import { boundedText } from './bounded-text.ts'
import { parseChallenges } from './challenge.ts'
import type { SessionClock } from './session-clock.ts'

export interface Rejection {
  /** Whether the 401 is about the token. */
  readonly ofToken: boolean
  /** The error code that the body tells, of any of Forage's envelopes. */
  readonly code: string | undefined
}

const maxBytes = 64 * 1024

/**
 * Is this 401 about the token? Yes, unless a readable code says otherwise: a wrong PIN or a missing
 * `Merchant-Account` is not mended by another token (docs.joinforage.app/reference/errors).
 */
export async function judgeRejection(response: Response, clock: SessionClock): Promise<Rejection> {
  if (isInsufficientScope(response.headers)) return { ofToken: false, code: 'insufficient_scope' }
  const code = codeOf(await peekJson(response, clock))
  // A sentence is not a code: it may quote the token.
  const isCode = code !== undefined && /^[\w.-]{1,64}$/.test(code)
  return { ofToken: code === undefined || !isOtherwise(code), code: isCode ? code : undefined }
}

/** RFC 6750 §3.1: the token is good, but not for this. */
function isInsufficientScope(headers: Headers): boolean {
  const header = headers.get('WWW-Authenticate')
  if (header === null) return false
  return parseChallenges(header).some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters['error'] === 'insufficient_scope',
  )
}

function isOtherwise(code: string): boolean {
  return /^(missing_merchant_account|invalid_merchant_account|ebt_error_.*|.*\bpin\b.*|.*_pin|pin_.*)$/i.test(
    code,
  )
}

/** Reads a clone, at most 64 KiB and 2 s of it, so that the caller still gets the body unread. */
async function peekJson(response: Response, clock: SessionClock): Promise<unknown> {
  if (!/\bjson\b/i.test(response.headers.get('Content-Type') ?? '')) return undefined
  try {
    return JSON.parse((await boundedText(response.clone(), maxBytes, clock)) ?? 'null') as unknown
  } catch {
    return undefined
  }
}

/** `errors[0].code`, `error.forage_code`, `error` and `code`: four of the envelopes that a client can meet. */
function codeOf(body: unknown): string | undefined {
  const { errors, error, code } = asRecord(body)
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  const found = asRecord(first)['code'] ?? asRecord(error)['forage_code'] ?? error ?? code
  return typeof found === 'string' ? found : undefined
}
