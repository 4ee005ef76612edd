import type { EmulatorApp, EmulatorContext, RouteContext } from '../context/context.ts'
import type { Fault } from '../context/faults.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { mountRoute } from '../http/routes.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import { controlPage, controlPageStyle } from './control-page.ts'
import type { EmulatorControl } from './control.ts'
import { controlPageScript, type ControlState } from './page-script.ts'

/** Mounts the control plane. It shows fingerprints instead of tokens. `endpoints` are those of its OpenAPI description. */
export function mountControl(
  app: EmulatorApp,
  context: EmulatorContext,
  control: EmulatorControl,
  endpoints: readonly Endpoint[],
): void {
  mountPage(app)
  const post = (name: string, act: (body: object) => unknown): void =>
    mountRoute(app, `/_emulator/${name}`, { POST: command(act) })
  post('advance', (body) => control.advance('ms' in body ? Number(body.ms) : Number.NaN))
  post('expire', () => ({ expired: control.expireSessionTokens() }))
  post('revoke', () => ({ revoked: control.revokeAuthenticationTokens() }))
  post('disable', () => control.disableApplication())
  mountRoute(app, '/_emulator/faults', {
    GET: (c) => c.json(control.faults()),
    POST: command((body) => void control.fault(body as Fault)),
  })
  mountRoute(app, '/_emulator/faults/:id', {
    DELETE: (c) => c.json({ takenBack: control.takeBackFault(Number(c.req.param('id'))) }),
  })
  mountRoute(app, '/_emulator/state', { GET: (c) => c.json(stateOf(context, control)) })
  post('reset', () => control.reset())
  mountRoute(app, '/_emulator/requests', { GET: (c) => c.json(control.requests()) })
  mountRoute(app, '/_emulator/deliveries', { GET: (c) => c.json(control.deliveries()) })
  mountRoute(app, '/_emulator/openapi.json', { GET: (c) => answerOpenApi(c, endpoints) })
  mountRoute(app, '/_emulator/counts', { GET: (c) => c.json(control.counts()) })
}

/** Loads the conversion to JSON Schema on demand: most runs never need it, and it would slow down their start. */
async function answerOpenApi(c: RouteContext, endpoints: readonly Endpoint[]): Promise<Response> {
  const { openApi } = await import('./openapi.ts')
  return c.json(openApi(endpoints))
}

function stateOf({ store, time }: EmulatorContext, control: EmulatorControl): ControlState {
  return {
    now: time.now(),
    applicationEnabled: store.facts().applicationEnabled,
    counts: control.counts(),
    requests: control.requests().toReversed().slice(0, 200),
    faults: control.faults(),
    deliveries: control.deliveries().toReversed().slice(0, 50),
  }
}

/** Mounts the page, its style and its script. They contain nothing from a request. */
function mountPage(app: EmulatorApp): void {
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
  const serve = (path: string, type: string, text: () => string): void =>
    mountRoute(app, path, {
      GET: (c) => c.body(text(), 200, { ...headers, 'Content-Type': `${type}; charset=utf-8` }),
    })
  serve('/_emulator/', 'text/html', controlPage)
  serve('/_emulator/page.css', 'text/css', () => controlPageStyle)
  serve('/_emulator/page.js', 'text/javascript', controlPageScript)
}

function command(act: (body: object) => unknown): (c: RouteContext) => Promise<Response> {
  return async (c) => {
    try {
      return c.json((await act(readCommand(c))) ?? { ok: true })
    } catch (error) {
      if (!(error instanceof EmulatorError)) throw error
      return c.json({ error: error.message, code: error.code }, 400)
    }
  }
}

function readCommand(c: RouteContext): object {
  try {
    const body: unknown = JSON.parse(c.get('body') || '{}')
    if (typeof body === 'object' && body !== null) return body
  } catch {
    // The error below covers this case.
  }
  throw new EmulatorError('invalid_option', 'The command was not run: its body has to be a JSON object.')
}
