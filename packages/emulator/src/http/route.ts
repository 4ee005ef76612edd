import type { EmulatorApp, RouteContext } from '../context.ts'
import { methodNotAllowed } from './not-found.ts'

type Handler = (c: RouteContext) => Response | Promise<Response>

/** A path that is no part of the emulated API: the SDK's files and the control plane. */
export function route(
  app: EmulatorApp,
  path: string,
  handlers: { readonly GET?: Handler; readonly POST?: Handler; readonly DELETE?: Handler },
): void {
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
  const allow = Object.keys(handlers).join(', ')
  app.all(path, (c) => methodNotAllowed(c, allow))
}
