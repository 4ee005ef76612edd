import type { MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context.ts'
import type { Fault } from '../control/faults.ts'
import { invalidClient, oauthError, tooManyRequests, type ApiError } from './api-error.ts'
import { ConnectionDropped } from './connection-dropped.ts'
import { wholeText } from './json-answer.ts'

type When = NonNullable<Fault['when']>

/** The faults around a request: before it is looked at, or after it was applied and before its answer leaves. */
export function faultGate(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  const { faults } = context
  return async (c, next) => {
    const instead = faults.areArmed() ? await strikeBefore(context, c) : undefined
    if (instead) return instead
    await next()
    // One may have been armed meanwhile.
    const late = faults.areArmed() ? await strikeAfter(context, c) : undefined
    if (late) replaceAnswer(c, late)
    return undefined
  }
}

function replaceAnswer(c: RouteContext, late: Response): void {
  delete c.env.aside?.json
  c.res = late
}

async function strikeBefore(context: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  await disturb(context, c, 'before')
  return limitOrRefuse(context, c) ?? replaced(context, c, 'before')
}

async function strikeAfter(context: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  await disturb(context, c, 'after')
  return replaced(context, c, 'after') ?? (await truncated(context, c))
}

/** What happens to the connection, and leaves the answer as it is, or leaves none. */
async function disturb({ faults, time }: EmulatorContext, c: RouteContext, when: When): Promise<void> {
  const struck = (kind: Fault['kind']): Fault | undefined =>
    faults.take(kind, c.req.path, (fault) => (fault.when ?? 'before') === when)
  const latency = struck('latency')
  if (latency) await time.sleep(latency.ms ?? 0, c.req.raw.signal)
  if (struck('hang')) {
    await time.sleep(Infinity, c.req.raw.signal)
    throw new ConnectionDropped()
  }
  if (struck('drop')) throw new ConnectionDropped()
}

function limitOrRefuse({ faults }: EmulatorContext, c: RouteContext): undefined {
  const { path } = c.req
  const limited = faults.take('rate-limit', path)
  if (limited) throw tooManyRequests(path, limited.ms)
  // `/o/…` bears no token: only a fault that names such a path is meant for it.
  const refused = path.startsWith('/o/') && faults.take('reject', path, (fault) => fault.path !== undefined)
  if (refused) throw refusedByOauth(refused)
  return undefined
}

/** RFC 6749 §5.2: 401 where it is about the client, else 400. */
function refusedByOauth({ code = 'invalid_client', status }: Fault): ApiError {
  if (code === 'invalid_client' && (status ?? 401) === 401) return invalidClient()
  return oauthError((status ?? 400) as ContentfulStatusCode, code)
}

/** A gateway's page, or a redirect, in the place of the answer. */
function replaced({ faults }: EmulatorContext, c: RouteContext, when: When): Response | undefined {
  const struck = (kind: Fault['kind']): Fault | undefined =>
    faults.take(kind, c.req.path, (fault) => (fault.when ?? 'before') === when)
  const html = struck('html')
  if (html) return c.html(GATEWAY_PAGE, (html.status ?? 502) as 502)
  const redirect = struck('redirect')
  // To itself: who follows sends the request once more, as a GET after a 303 (RFC 9110 §15.4.4).
  return redirect && c.redirect(c.req.url, (redirect.status ?? 307) as 307)
}

const GATEWAY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/** The first half of the body, in a message that is complete otherwise. */
async function truncated({ faults }: EmulatorContext, c: RouteContext): Promise<Response | undefined> {
  if (!faults.take('truncate', c.req.path)) return undefined
  const text = await wholeText(c.res, c.env.aside)
  // A 204 has no body, and may not be given one.
  return new Response(text === null ? null : text.slice(0, Math.ceil(text.length / 2)), c.res)
}
