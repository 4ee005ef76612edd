import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv, RouteContext } from '../context/context.ts'
import type { LoggedRequest } from '../context/logged-request.ts'
import { bearerToken } from '../http/bearer-token.ts'
import { fingerprint } from '../shared/fingerprint.ts'

/** The log keeps at least this many requests. It drops the oldest ones first. */
const MAX_LOGGED = 10_000

/** Logs each request to the API and the vault, without preflights: the browser sends those, not the caller. */
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

function note({ requests, time, onRequest }: EmulatorContext, logged: LoggedRequest): void {
  requests.push(logged)
  onRequest?.({ ...logged, durationMs: time.now() - logged.at })
  // Drop them in one step: to move ten thousand entries on each request would cost more than the request.
  if (requests.length >= 2 * MAX_LOGGED) requests.splice(0, MAX_LOGGED)
}

/** Returns the log's entry, without the query: a caller may have put a secret there by mistake. */
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

/** Sets the `Date` header to the emulator's time, so that it moves with `advance`. */
export function serverDate(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  let written = { second: Number.NaN, text: '' }
  // Most answers are in the same second as the previous answer.
  const dateOf = (ms: number): string => {
    const second = Math.floor(ms / 1000)
    if (second !== written.second) written = { second, text: new Date(ms).toUTCString() }
    return written.text
  }
  return async (c, next) => {
    await next()
    // No client reads the date of a preflight, so the fault waits for the request that follows.
    const skew = c.req.method === 'OPTIONS' ? undefined : context.faults.take('skew', c.req.path)
    c.res.headers.set('Date', dateOf(context.time.now() + (skew?.ms ?? 0)))
  }
}
