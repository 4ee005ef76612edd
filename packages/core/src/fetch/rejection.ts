import { asRecord } from '../shared/as-record.ts'
import { boundedProblem } from '../shared/bounded-body.ts'
import type { SessionClock } from '../shared/session-clock.ts'

/** The verdict on a 401. */
export interface Rejection {
  /** Whether the 401 is about the token. */
  readonly ofToken: boolean
  /** The error code in the body, from any of Forage's formats. */
  readonly code?: string | undefined
}

/** A merchant's own judgment of a 401. `response` is a clone. */
export type IsTokenRejected = (
  response: Response,
  request: { method: string; url: string },
) => boolean | Promise<boolean>

/**
 * Judges whether a 401 is about the token. It is, unless a readable code says otherwise: another token fixes
 * neither a wrong PIN nor a missing `Merchant-Account` (docs.joinforage.app/reference/errors).
 */
export async function judgeRejection(response: Response, clock: SessionClock): Promise<Rejection> {
  const challenge = response.headers.get('WWW-Authenticate') ?? ''
  if (insufficientScope.test(challenge)) return { ofToken: false, code: 'insufficient_scope' }
  const code = codeOf(await boundedProblem(response, clock))
  // A sentence is not a code: it may quote the token.
  return { ofToken: !isOtherwise(code), code: /^[\w.-]{1,64}$/.test(code) ? code : undefined }
}

/**
 * Returns whether an error of the Forage SDK is about its session token: a `ForageError`, or its older form
 * `{ errors: [{ httpStatusCode }] }`, with status 401 and no code that says otherwise. It is the default of
 * `withToken`'s `isRejected`.
 *
 * @example
 * ```ts
 * import { isSdkRejection, type ForageSession } from '@forage-session/core'
 *
 * declare const session: ForageSession
 * declare function tokenizeCard(sessionToken: string): Promise<unknown>
 *
 * await session.withToken((token) => tokenizeCard(token), { isRejected: isSdkRejection, replay: true })
 * ```
 */
export function isSdkRejection(error: unknown): boolean {
  const { httpStatusCode, code, errors } = asRecord(error)
  if (Array.isArray(errors) && errors.some(isSdkRejection)) return true
  return httpStatusCode === 401 && !(typeof code === 'string' && isOtherwise(code))
}

/** A `Bearer` challenge that says: the token is valid, but not for this request (RFC 6750 §3.1). */
const insufficientScope = /\bBearer\b.*\berror\s*=\s*"?insufficient_scope\b/i

function isOtherwise(code: string): boolean {
  return /^(missing|invalid)_merchant_account$|^ebt_error_|\bpin\b|_pin$|^pin_/i.test(code)
}

/** The members of an error response that name its code, if it has them: each may be any JSON. */
interface Problem {
  readonly errors?: readonly ({ readonly code?: unknown } | undefined)[]
  readonly error?: { readonly forage_code?: unknown }
  readonly code?: unknown
}

/** Reads `errors[0].code`, `error.forage_code`, `error` or `code`: the four formats that a client can meet. */
function codeOf({ errors, error, code }: Problem): string {
  const found = errors?.[0]?.code ?? error?.forage_code ?? error ?? code
  return typeof found === 'string' ? found : ''
}
