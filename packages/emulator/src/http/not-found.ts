import type { RouteContext } from '../context/context.ts'
import { listedError } from './api-error.ts'
import { isQuidkey } from './error-envelopes.ts'

export function methodNotAllowed(c: RouteContext, allow: string): Response {
  const message = `Method "${c.req.method}" not allowed.`
  const { status, body } = listedError(c.req.path, 405, { code: 'method_not_allowed', message })
  return c.json(body, status, { Allow: allow })
}

/** Answers a path that no endpoint has. */
export function notFound(c: RouteContext): Response {
  const slashed = c.req.path.endsWith('/') || isQuidkey(c.req.path)
  const message = slashed
    ? `There is no ${c.req.path} here.`
    : `There is no ${c.req.path} here. Every path of this API ends in a slash: use ${c.req.path}/.`
  const source = { resource: 'Paths', ref: '' }
  const { status, body } = listedError(c.req.path, 404, { code: 'resource_not_found', message, source })
  return c.json(body, status)
}
