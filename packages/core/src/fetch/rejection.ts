import { asRecord } from '../shared/as-record.ts'
import { boundedProblem } from '../shared/bounded-body.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import { parseChallenges } from './challenge.ts'

export interface Rejection {
  /** Whether the 401 is about the token. */
  readonly ofToken: boolean
  /** The error code that the body tells, of any of Forage's envelopes. */
  readonly code: string | undefined
}

/**
 * Is this 401 about the token? Yes, unless a readable code says otherwise: a wrong PIN or a missing
 * `Merchant-Account` is not mended by another token (docs.joinforage.app/reference/errors).
 */
export async function judgeRejection(response: Response, clock: SessionClock): Promise<Rejection> {
  if (isInsufficientScope(response.headers)) return { ofToken: false, code: 'insufficient_scope' }
  const code = codeOf(await boundedProblem(response, clock))
  // A sentence is not a code: it may quote the token.
  return { ofToken: !isOtherwise(code), code: /^[\w.-]{1,64}$/.test(code) ? code : undefined }
}

/**
 * Whether what a call of Forage's SDK rejected with is about its session token: a `ForageError`, or its older form
 * `{ errors: [{ httpStatusCode }] }`, with status 401 and no code that says otherwise.
 */
export function isSdkRejection(error: unknown): boolean {
  const { httpStatusCode, code, errors } = asRecord(error)
  if (Array.isArray(errors) && errors.some(isSdkRejection)) return true
  return httpStatusCode === 401 && !(typeof code === 'string' && isOtherwise(code))
}

/** RFC 6750 §3.1: the token is good, but not for this. */
function isInsufficientScope(headers: Headers): boolean {
  return parseChallenges(headers.get('WWW-Authenticate') ?? '').some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters['error'] === 'insufficient_scope',
  )
}

function isOtherwise(code: string): boolean {
  return /^(missing|invalid)_merchant_account$|^ebt_error_|\bpin\b|_pin$|^pin_/i.test(code)
}

/** `errors[0].code`, `error.forage_code`, `error` and `code`: four of the envelopes that a client can meet. */
function codeOf({ errors, error, code }: Record<PropertyKey, unknown>): string {
  const found = asRecord(asRecord(errors)[0])['code'] ?? asRecord(error)['forage_code'] ?? error ?? code
  return typeof found === 'string' ? found : ''
}
