import * as v from 'valibot'

import type { RouteContext } from '../context/context.ts'
import { isJson, parseJsonObject } from '../http/request-body.ts'
import { validationError } from './quidkey-error.ts'

/** Returns the JSON body of a request to Quidkey. Errors name the field. */
export function readQuidkeyBody<Output>(c: RouteContext, schema: v.GenericSchema<unknown, Output>): Output {
  const given = isJson(c) ? parseJsonObject(c.get('body')) : undefined
  if (!given) throw validationError('body', 'The body has to be one JSON object, sent as application/json.')
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw validationError(v.getDotPath(issue) ?? 'body', issue.message)
}
