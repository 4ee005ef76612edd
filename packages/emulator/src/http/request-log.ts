import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context.ts'
import { fingerprint } from '../fingerprint.ts'
import type { LoggedRequest } from '../state/store.ts'
import { bearerToken } from './authentication.ts'

/** So many are kept at least; the oldest leave first. */
const MAX_LOGGED = 10_000

/** Notes each request to the API and the vault. A preflight is the browser's, not the caller's, and is left out. */
export function requestLog(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const at = context.time.now()
    let status = 0
    try {
      await next()
      ;({ status } = c.res)
    } finally {
      if (c.req.method !== 'OPTIONS') note(context, entry(c, at, status))
    }
  }
}

function note({ store: { requests }, time, onRequest }: EmulatorContext, logged: LoggedRequest): void {
  requests.push(logged)
  onRequest?.({ ...logged, durationMs: time.now() - logged.at })
  // In one go: to move ten thousand for each request would cost more than the request.
  if (requests.length >= 2 * MAX_LOGGED) requests.splice(0, MAX_LOGGED)
}

/** The path without its query: a log holds nothing that a caller may have put there by mistake. */
function entry(c: RouteContext, at: number, status: number): LoggedRequest {
  const token = bearerToken(c.req.header('authorization'))
  const idempotencyKey = c.req.header('idempotency-key')
  return {
    at,
    method: c.req.method,
    path: c.req.path,
    status,
    ...(token === undefined ? {} : { fingerprint: fingerprint(token) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

/** `Date` is the server's time, so that it moves with `advance`. */
export function serverDate(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  let written = { second: Number.NaN, text: '' }
  // Most answers share their second with the one before.
  const dateOf = (ms: number): string => {
    const second = Math.floor(ms / 1000)
    if (second !== written.second) written = { second, text: new Date(ms).toUTCString() }
    return written.text
  }
  return async (c, next) => {
    await next()
    // Nobody reads the date of a preflight: the fault waits for the request after it.
    const skew = c.req.method === 'OPTIONS' ? undefined : context.faults.take('skew', c.req.path)
    c.res.headers.set('Date', dateOf(context.time.now() + (skew?.ms ?? 0)))
  }
}
