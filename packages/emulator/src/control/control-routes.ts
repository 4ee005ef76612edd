import type { MiddlewareHandler } from 'hono'

import type { EmulatorApp, EmulatorEnv, RouteContext } from '../context.ts'
import { EmulatorError } from '../emulator-error.ts'
import { endpoints } from '../endpoints.ts'
import { isLoopbackOrigin } from '../http/cors.ts'
import { route } from '../http/route.ts'
import { openApi } from '../openapi.ts'
import type { EmulatorControl } from './control.ts'
import type { Fault } from './faults.ts'
import { isLoopbackHost } from './loopback.ts'

/** The control plane over HTTP. Shows fingerprints, never a token. */
export function mountControl(app: EmulatorApp, control: EmulatorControl): void {
  const post = (name: string, act: (body: object) => unknown): void =>
    route(app, `/_emulator/${name}`, { POST: command(act) })
  post('advance', (body) => control.advance('ms' in body ? Number(body.ms) : Number.NaN))
  post('expire', () => ({ expired: control.expireSessionTokens() }))
  post('revoke', () => ({ revoked: control.revokeAuthenticationTokens() }))
  post('disable', () => control.disableApplication())
  post('faults', (body) => void control.fault(body as Fault))
  post('reset', () => control.reset())
  route(app, '/_emulator/requests', { GET: (c) => c.json(control.requests()) })
  route(app, '/_emulator/deliveries', { GET: (c) => c.json(control.deliveries()) })
  route(app, '/_emulator/openapi.json', { GET: (c) => c.json(openApi(endpoints)) })
  route(app, '/_emulator/counts', { GET: (c) => c.json(control.counts()) })
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

/** Refuses a page that reached this port by a name of its own (DNS rebinding), or from another site. */
export function loopbackOnly(): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const local =
      isLoopbackHost(new URL(c.req.url).hostname) && (origin === undefined || isLoopbackOrigin(origin))
    if (!local)
      return c.json({ error: 'The control plane answers to this machine only. Use localhost.' }, 403)
    await next()
  }
}
