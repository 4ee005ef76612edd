import type { MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context/context.ts'
import type { Fault } from '../context/faults.ts'
import { invalidClient, oauthError, tooManyRequests, type ApiError } from '../http/api-error.ts'
import { wholeText } from '../http/json-answer.ts'
import { ConnectionDropped } from './connection-dropped.ts'

type When = NonNullable<Fault['when']>

/** Applies faults to a request: before the request is applied, or after that and before its answer leaves. */
export function faultGate(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  const { faults } = context
  return async (c, next) => {
    const instead = faults.areArmed() ? await faultBefore(context, c) : undefined
    if (instead) return instead
    await next()
    // A fault may have been armed during the request.
    const late = faults.areArmed() ? await faultAfter(context, c) : undefined
    if (late) replaceAnswer(c, late)
    return undefined
  }
}

function replaceAnswer(c: RouteContext, late: Response): void {
  delete c.env.aside?.json
  c.res = late
}

async function faultBefore(context: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  await disturb(context, c, 'before')
  return limitOrRefuse(context, c) ?? replaced(context, c, 'before')
}

async function faultAfter(context: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  await disturb(context, c, 'after')
  return replaced(context, c, 'after') ?? (await truncated(context, c))
}

/** Delays the answer, or drops the connection. Never changes the answer. */
async function disturb({ faults, time }: EmulatorContext, c: RouteContext, when: When): Promise<void> {
  const taken = (kind: Fault['kind']): Fault | undefined =>
    faults.take(kind, c.req.path, (fault) => (fault.when ?? 'before') === when)
  const latency = taken('latency')
  if (latency) await time.sleep(latency.ms ?? 0, c.req.raw.signal)
  if (taken('hang')) {
    await time.sleep(Infinity, c.req.raw.signal)
    throw new ConnectionDropped()
  }
  if (taken('drop')) throw new ConnectionDropped()
}

function limitOrRefuse({ faults }: EmulatorContext, c: RouteContext): undefined {
  const { path } = c.req
  const limited = faults.take('rate-limit', path)
  if (limited) throw tooManyRequests(path, limited.ms)
  // Requests to `/o/…` have no bearer token, so only a fault that names such a path applies.
  const refused = path.startsWith('/o/') && faults.take('reject', path, (fault) => fault.path !== undefined)
  if (refused) throw refusedByOauth(refused)
  return undefined
}

/** Returns 401 for an error of the client, otherwise 400 (RFC 6749 §5.2). */
function refusedByOauth({ code = 'invalid_client', status }: Fault): ApiError {
  if (code === 'invalid_client' && (status ?? 401) === 401) return invalidClient()
  return oauthError((status ?? 400) as ContentfulStatusCode, code)
}

/** Returns a gateway's page or a redirect instead of the answer. */
function replaced({ faults }: EmulatorContext, c: RouteContext, when: When): Response | undefined {
  const taken = (kind: Fault['kind']): Fault | undefined =>
    faults.take(kind, c.req.path, (fault) => (fault.when ?? 'before') === when)
  const html = taken('html')
  if (html) return c.html(GATEWAY_PAGE, (html.status ?? 502) as 502)
  const redirect = taken('redirect')
  // It redirects to the same address. A client that follows repeats the request, as a GET after 303 (RFC 9110 §15.4.4).
  return redirect && c.redirect(c.req.url, (redirect.status ?? 307) as 307)
}

const GATEWAY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/** Returns the answer with only the first half of its body. */
async function truncated({ faults }: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  if (!faults.take('truncate', c.req.path)) return undefined
  const text = await wholeText(c.res, c.env.aside)
  // A 204 must not have a body.
  return new Response(text === null ? null : text.slice(0, Math.ceil(text.length / 2)), c.res)
}
