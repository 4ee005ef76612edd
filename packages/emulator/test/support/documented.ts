import * as v from 'valibot'

import { endpointsFor } from '../../src/app/endpoints.ts'
import { defaultSwitches } from '../../src/context/switch-values.ts'
import type { Endpoint } from '../../src/http/endpoint.ts'
import { errorSchemas } from '../../src/http/error-envelopes.ts'

/** The endpoints of an emulator with the default switches. */
export const endpoints: readonly Endpoint[] = endpointsFor(defaultSwitches)

/** Returns the endpoint that a request belongs to, if there is one. */
export function endpointOf(method: string, path: string): Endpoint | undefined {
  return endpoints.find((endpoint) => endpoint.method === method && patternOf(endpoint.path).test(path))
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`)
}

/** Throws if an answer has a status, a body or an envelope that its endpoint does not describe. */
export function expectDocumented(method: string, path: string, status: number, text: string): void {
  const endpoint = endpointOf(method, path)
  if (!endpoint || status < 200) return
  const body = parse(text)
  const undocumented = status < 300 ? replyIssue(endpoint, status, body) : errorIssue(body)
  if (undocumented !== undefined) throw new Error(`${method} ${path} → ${status} ${text}: ${undocumented}`)
}

function errorIssue(body: unknown): string | undefined {
  const known = Object.entries(errorSchemas).filter(([, schema]) => v.is(schema, body))
  return known.length === 1 ? undefined : 'not one of the envelopes of errors'
}

function replyIssue(endpoint: Endpoint, status: number, body: unknown): string | undefined {
  const reply = endpoint.replies[status]
  if (!reply) return 'the status is not described'
  if (!reply.schema) return body === '' ? undefined : 'no body is described'
  const { issues } = v.safeParse(reply.schema, body)
  return issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`).join(', ')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
