import { listedError } from './api-error.ts'
import type { EmulatorApp, Handler, RouteContext } from './context.ts'

/** Mounts a path's methods. Any other method gets 405 with `Allow` (RFC 9110 §15.5.6). */
export function route(
  app: EmulatorApp,
  path: string,
  handlers: { readonly GET?: Handler; readonly POST?: Handler },
): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
  const allow = Object.keys(handlers).join(', ')
  app.all(path, (c) => methodNotAllowed(c, allow))
}

function methodNotAllowed(c: RouteContext, allow: string): Response {
  const message = `Method "${c.req.method}" not allowed.`
  const { status, body } = listedError(c.req.path, 405, { code: 'method_not_allowed', message })
  return c.json(body, status, { Allow: allow })
}

/** The answer to a path that no route has. */
export function notFound(c: RouteContext): Response {
  const message = c.req.path.endsWith('/')
    ? `There is no ${c.req.path} here.`
    : `There is no ${c.req.path} here. Every path of this API ends in a slash: use ${c.req.path}/.`
  const source = { resource: 'Paths', ref: '' }
  const { status, body } = listedError(c.req.path, 404, { code: 'resource_not_found', message, source })
  return c.json(body, status)
}
