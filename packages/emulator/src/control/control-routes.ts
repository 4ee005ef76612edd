import type { MiddlewareHandler } from 'hono'

import type { EmulatorApp, EmulatorContext, EmulatorEnv, RouteContext } from '../context.ts'
import { controlPage, controlPageStyle } from '../control-page/control-page.ts'
import { controlPageScript, type ControlState } from '../control-page/page-script.ts'
import { EmulatorError } from '../emulator-error.ts'
import { endpoints } from '../endpoints.ts'
import { isLoopbackOrigin } from '../http/cors.ts'
import { route } from '../http/route.ts'
import type { EmulatorControl } from './control.ts'
import type { Fault } from './faults.ts'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'

/** The control plane over HTTP. Shows fingerprints, never a token. */
export function mountControl(app: EmulatorApp, context: EmulatorContext, control: EmulatorControl): void {
  mountPage(app)
  const post = (name: string, act: (body: object) => unknown): void =>
    route(app, `/_emulator/${name}`, { POST: command(act) })
  post('advance', (body) => control.advance('ms' in body ? Number(body.ms) : Number.NaN))
  post('expire', () => ({ expired: control.expireSessionTokens() }))
  post('revoke', () => ({ revoked: control.revokeAuthenticationTokens() }))
  post('disable', () => control.disableApplication())
  route(app, '/_emulator/faults', {
    GET: (c) => c.json(control.faults()),
    POST: command((body) => void control.fault(body as Fault)),
  })
  route(app, '/_emulator/faults/:id', {
    DELETE: (c) => c.json({ takenBack: control.takeBackFault(Number(c.req.param('id'))) }),
  })
  route(app, '/_emulator/state', { GET: (c) => c.json(stateOf(context, control)) })
  post('reset', () => control.reset())
  route(app, '/_emulator/requests', { GET: (c) => c.json(control.requests()) })
  route(app, '/_emulator/deliveries', { GET: (c) => c.json(control.deliveries()) })
  route(app, '/_emulator/openapi.json', { GET: answerOpenApi })
  route(app, '/_emulator/counts', { GET: (c) => c.json(control.counts()) })
}

/** Loaded on demand: what turns schemas into JSON Schema is of no use to most runs, and their start waits for it. */
async function answerOpenApi(c: RouteContext): Promise<Response> {
  const { openApi } = await import('../openapi.ts')
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

/** The page, its style and its script: nothing of it comes from a request. */
function mountPage(app: EmulatorApp): void {
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
  const serve = (path: string, type: string, text: () => string): void =>
    route(app, path, {
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
    // Falls through to the one sentence.
  }
  throw new EmulatorError('invalid_option', 'The command was not run: its body has to be a JSON object.')
}

/** Refuses another machine, and a page that reached this port by a name of its own (DNS rebinding) or from another site. */
export function loopbackOnly(): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const address = c.env?.remoteAddress
    const local =
      (address === undefined || isLoopbackAddress(address)) &&
      isLoopbackHost(new URL(c.req.url).hostname) &&
      (origin === undefined || isLoopbackOrigin(origin))
    if (!local)
      return c.json({ error: 'The control plane answers to this machine only. Use localhost.' }, 403)
    await next()
  }
}
