import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { Switches } from '../context/switches.ts'
import { ApiError, listedError } from '../http/api-error.ts'
import { detailEnvelope, vaultEnvelope } from '../http/error-envelopes.ts'

interface BearerError {
  readonly status: ContentfulStatusCode
  readonly message: string
  readonly resource: string
}

type BearerErrorCode =
  | 'expired_session_token'
  | 'invalid_token'
  | 'bad_signature'
  | 'expired_token_signature'
  | 'unauthorized'
  | 'forbidden'

/**
 * Errors in the credentials of a request. Messages and resources are from docs.joinforage.app/reference/errors and the
 * test of forage-android-sdk (ecom/services/ForageSDKTest.kt). Inferred: the resources of the two signature codes, and
 * the message of `forbidden` (Django REST framework's default).
 */
const bearerErrors: Readonly<Record<BearerErrorCode, BearerError>> = {
  expired_session_token: { status: 401, message: 'This token has expired', resource: 'Session_Token' },
  invalid_token: {
    status: 401,
    message: 'Incorrect authentication credentials.',
    resource: 'OAuth_Access_Tokens',
  },
  bad_signature: { status: 401, message: 'Bad Token Signature', resource: 'Session_Token' },
  expired_token_signature: { status: 401, message: 'Expired Token Signature', resource: 'Session_Token' },
  unauthorized: {
    status: 401,
    message: 'Authentication credentials were not provided.',
    resource: 'Access Token',
  },
  forbidden: {
    status: 403,
    message: 'You do not have permission to perform this action.',
    resource: 'Authentication_Token',
  },
}

/** Returns the error of a code. An undocumented code gets a message of the emulator. */
function bearerErrorOf(code: string): BearerError {
  if (Object.hasOwn(bearerErrors, code)) return bearerErrors[code as BearerErrorCode]
  return { status: 401, message: 'Rejected on request.', resource: 'Access_Token' }
}

/** Returns the API's answer to a token that it refuses with `code`. */
export function tokenError(
  switches: Switches,
  path: string,
  code: string,
  status?: ContentfulStatusCode,
): ApiError {
  const { message, resource, status: usual } = bearerErrorOf(code)
  const error = listedError(path, status ?? usual, { code, message, source: { resource, ref: '' } })
  const relayed = switches.authEnvelope === 'list' ? error.body : detailEnvelope(message)
  if (error.status !== 401) return new ApiError(error.status, error.status === 403 ? relayed : error.body)
  const byVault = path.startsWith('/proxy/') && switches.vaultTokenRejection === 'vault'
  return challenged(switches, byVault ? vaultEnvelope() : relayed, code)
}

/** Returns the answer to a request without a bearer token. Its challenge has no error code (RFC 6750 §3.1). */
export function missingCredentials(switches: Switches, path: string): ApiError {
  if (path.startsWith('/proxy/')) return challenged(switches, vaultEnvelope())
  const { message, resource } = bearerErrors.unauthorized
  if (switches.missingCredentials === 'detail') return challenged(switches, detailEnvelope(message))
  const source = { resource, ref: '' }
  return challenged(switches, listedError(path, 401, { code: 'unauthorized', message, source }).body)
}

function challenged(switches: Switches, body: unknown, code?: string): ApiError {
  if (switches.challenge === 'absent') return new ApiError(401, body)
  return new ApiError(401, body, { 'WWW-Authenticate': challengeFor(code) })
}

/** Returns the challenge in the words of django-oauth-toolkit, which the API seems to use. */
function challengeFor(code: string | undefined): string {
  if (code === undefined || code === 'unauthorized') return 'Bearer realm="api"'
  const description = code.startsWith('expired')
    ? 'The access token has expired.'
    : 'The access token is invalid.'
  return `Bearer realm="api",error="invalid_token",error_description="${description}"`
}
