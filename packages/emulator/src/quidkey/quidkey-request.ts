import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'

import type { EmulatorContext, RouteContext } from '../context/context.ts'
import { ApiError } from '../http/api-error.ts'
import { quidkeyEnvelope } from '../http/error-envelopes.ts'
import { issueSentence } from '../http/issue-sentence.ts'
import { isJson, parseJsonObject } from '../http/request-body.ts'

/**
 * The codes of a 401. `NO_TOKEN` and `INVALID_TOKEN` are from docs.quidkey.com/guides/payment-api/concepts/errors.
 * `UNAUTHORIZED` is from docs.quidkey.com/api-reference: the emulator uses it where tokens are issued.
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

/** Returns the error of an invalid body, or of one invalid field. */
export function validationError(field: string, message: string): ApiError {
  return new ApiError(
    400,
    quidkeyEnvelope('VALIDATION_ERROR', 'The request is invalid.', [{ field, message }]),
  )
}

/** Throws if the fault `reject` is armed with a path: without one, it waits for a token of Forage. */
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

/** Returns the JSON body of a request to Quidkey. Errors name the field. */
export function readQuidkeyBody<Output>(c: RouteContext, schema: v.GenericSchema<unknown, Output>): Output {
  const given = isJson(c) ? parseJsonObject(c.get('body')) : undefined
  if (!given) throw validationError('body', 'The body has to be one JSON object, sent as application/json.')
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw validationError(v.getDotPath(issue) ?? 'body', issueSentence(issue))
}
