import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { EmulatorContext, RouteContext } from '../context.ts'
import { ApiError } from '../http/api-error.ts'
import { quidkeyEnvelope } from '../http/error-envelopes.ts'

/**
 * `NO_TOKEN` and `INVALID_TOKEN`: docs.quidkey.com/guides/payment-api/concepts/errors. `UNAUTHORIZED`:
 * docs.quidkey.com/api-reference, here for what is refused where tokens are issued.
 */
export type UnauthorizedCode = 'NO_TOKEN' | 'INVALID_TOKEN' | 'UNAUTHORIZED'

const messages: Readonly<Record<UnauthorizedCode, string>> = {
  NO_TOKEN: 'No access token was provided.',
  INVALID_TOKEN: 'The access token is invalid or has expired.',
  UNAUTHORIZED: 'The credentials are invalid or have expired.',
}

export function unauthorized(code: UnauthorizedCode): ApiError {
  return new ApiError(401, quidkeyEnvelope(code, messages[code]))
}

/** The body, or one field of it, is not what it has to be. */
export function validationError(field: string, message: string): ApiError {
  return new ApiError(
    400,
    quidkeyEnvelope('VALIDATION_ERROR', 'The request is invalid.', [{ field, message }]),
  )
}

/** The fault `reject`, where it names a path of Quidkey's: its tokens are none of the kinds it else waits for. */
export function throwArmedRejection(
  { faults }: EmulatorContext,
  c: RouteContext,
  code: UnauthorizedCode,
): void {
  const fault = faults.take('reject', c.req.path, ({ path }) => path !== undefined)
  if (!fault) return
  const status = (fault.status ?? 401) as ContentfulStatusCode
  throw new ApiError(status, quidkeyEnvelope(fault.code ?? code, messages[code]))
}
