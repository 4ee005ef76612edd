import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { envelopeFor, oauthEnvelope, type ListedError } from './error-envelopes.ts'

/** An error answer of the emulated API. The code that finds the error throws it; the app sends it unchanged. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: ContentfulStatusCode
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(status: ContentfulStatusCode, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export function listedError(path: string, status: ContentfulStatusCode, error: ListedError): ApiError {
  return new ApiError(status, envelopeFor(path, error))
}

export function invalidInput(path: string, resource: string, message: string): ApiError {
  return listedError(path, 400, { code: 'invalid_input_data', message, source: { resource, ref: '' } })
}

export function oauthError(
  status: ContentfulStatusCode,
  error: string,
  description?: string,
  headers?: Readonly<Record<string, string>>,
): ApiError {
  return new ApiError(status, oauthEnvelope(error, description), headers)
}

/** The API's framework (oauthlib) sends this challenge together with `invalid_client`. */
export function invalidClient(): ApiError {
  return oauthError(401, 'invalid_client', undefined, {
    'WWW-Authenticate': 'Bearer error="invalid_client"',
  })
}

/** The SDKs' fixtures show this error without a `source`. `Retry-After` is undocumented. */
export function tooManyRequests(path: string, retryAfterMs: number | undefined): ApiError {
  const message = 'Request was throttled, please try again later.'
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }
  return new ApiError(429, envelopeFor(path, { code: 'too_many_requests', message }), headers)
}
