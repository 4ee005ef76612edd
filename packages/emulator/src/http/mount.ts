import type { EmulatorApp, EmulatorContext } from '../context.ts'
import type { Endpoint } from './endpoint.ts'
import { methodNotAllowed } from './not-found.ts'

/** Puts every endpoint on its path. Any other method of that path gets 405 with `Allow` (RFC 9110 §15.5.6). */
export function mount(app: EmulatorApp, context: EmulatorContext, endpoints: readonly Endpoint[]): void {
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const sharing = endpoints.filter((endpoint) => endpoint.path === path)
    for (const endpoint of sharing) app.on(endpoint.method, path, (c) => endpoint.answer(context, c))
    const allow = sharing.map(({ method }) => method).join(', ')
    app.all(path, (c) => methodNotAllowed(c, allow))
  }
}
