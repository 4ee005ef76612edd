import type { MiddlewareHandler } from 'hono'

import type { EmulatorContext, EmulatorEnv } from '../context/context.ts'
import { tooManyRequests } from '../http/api-error.ts'
import { isQuidkey } from '../http/error-envelopes.ts'

/** docs.joinforage.app/reference/request-limits */
const MAX_REQUESTS = 900
const WINDOW_MS = 5 * 60 * 1000

/**
 * Allows 900 requests in 5 minutes from one address, as a sliding log: Django REST framework's throttle. The app does
 * not mount it on `/o/…`, which are not views of that framework (inferred).
 */
export function requestLimit(context: EmulatorContext): MiddlewareHandler<EmulatorEnv> {
  const { switches, time } = context
  return async (c, next) => {
    // Quidkey has other limits.
    if (switches.requestLimit === 'off' || c.req.method === 'OPTIONS' || isQuidkey(c.req.path)) return next()
    const address = c.env?.remoteAddress ?? ''
    const now = time.now()
    const sent = context.limiter.get(address) ?? []
    while (sent.length > 0 && (sent[0] ?? 0) <= now - WINDOW_MS) sent.shift()
    context.limiter.set(address, sent)
    if (sent.length >= MAX_REQUESTS) {
      const waitMs = (sent[0] ?? now) + WINDOW_MS - now
      throw tooManyRequests(c.req.path, switches.retryAfter === 'send' ? waitMs : undefined)
    }
    sent.push(now)
    return next()
  }
}
