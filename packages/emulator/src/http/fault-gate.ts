import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv } from '../context.ts'
import type { Fault } from '../control/faults.ts'
import { ApiError, invalidClient } from './api-error.ts'
import { listEnvelope } from './error-envelopes.ts'

/** The faults that strike before a request is looked at. */
export function faultGate(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const { path } = c.req
    const latency = context.faults.take('latency', path)
    if (latency) await context.time.sleep(latency.ms ?? 0)
    const limited = context.faults.take('rate-limit', path)
    if (limited) throw tooManyRequests(path, limited)
    // `/o/…` bears no token: only a fault that names such a path is meant for it.
    if (path.startsWith('/o/') && context.faults.take('reject', path, (fault) => fault.path !== undefined))
      throw invalidClient()
    await next()
  }
}

/** The error has no `source` in the SDKs' fixtures; `Retry-After` is undocumented, so it comes only on request. */
function tooManyRequests(path: string, { ms }: Fault): ApiError {
  const message = 'Request was throttled, please try again later.'
  const headers: Record<string, string> =
    ms === undefined ? {} : { 'Retry-After': String(Math.ceil(ms / 1000)) }
  return new ApiError(429, listEnvelope(path, { code: 'too_many_requests', message }), headers)
}
