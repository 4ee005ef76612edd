import type { EmulatorApp, EmulatorContext, RouteContext } from '../context/context.ts'
import type { Endpoint } from './endpoint.ts'
import { methodNotAllowed } from './not-found.ts'

/** Mounts every endpoint at its path. Another method of that path gets 405 with `Allow` (RFC 9110 §15.5.6). */
export function mountEndpoints(
  app: EmulatorApp,
  context: EmulatorContext,
  endpoints: readonly Endpoint[],
): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const sharing = endpoints.filter((endpoint) => endpoint.path === path)
    for (const endpoint of sharing) app.on(endpoint.method, path, (c) => endpoint.answer(context, c))
    const allow = sharing.map(({ method }) => method).join(', ')
    app.all(path, (c) => methodNotAllowed(c, allow))
  }
}

type Handler = (c: RouteContext) => Response | Promise<Response>

/** Mounts a path that is not part of the emulated API: the SDK's files, hosted pages and the control plane. */
export function mountRoute(
  app: EmulatorApp,
  path: string,
  handlers: { readonly GET?: Handler; readonly POST?: Handler; readonly DELETE?: Handler },
): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
  const allow = Object.keys(handlers).join(', ')
  app.all(path, (c) => methodNotAllowed(c, allow))
}
