import type { ServerClock } from '../../shared/clock.ts'
import type { Emitter } from '../../shared/events.ts'
import type { Authorization } from '../authorize.ts'
import type { SessionTokenHandlerOptions } from '../handler-options.ts'
import type { Problem } from '../problem.ts'
import { clientNetwork, type ClientIp } from './client-ip.ts'
import { resolveRateLimits } from './rate-limit-options.ts'
import { createRateLimits } from './rate-limits.ts'

/** The limits of the endpoint. Each returns a problem if the request is one too many. */
export interface RequestLimits {
  /** Counts a request by the client's address, before anything else is known about it. */
  refuseAddress(request: Request): Promise<Problem | undefined>
  /** Counts a request by its subject and its merchant. */
  refuseCustomer(authorization: Authorization): Promise<Problem | undefined>
}

export function createRequestLimits(
  { rateLimit, clientIp }: SessionTokenHandlerOptions,
  dependencies: { clock: ServerClock; emitter: Emitter },
): RequestLimits {
  const { emitter } = dependencies
  const resolved = resolveRateLimits(rateLimit)
  const limits = createRateLimits(resolved, dependencies)
  let isReported = resolved.ip === false
  return {
    refuseAddress: async (request) => {
      if (clientIp) return limits.check('ip', addressOf(request, clientIp, emitter) ?? 'unknown')
      if (!isReported) emitter.emit({ type: 'ip-limit-off' })
      isReported = true
      return undefined
    },
    refuseCustomer: async ({ subject, merchantAccount }) =>
      (await limits.check('subject', subject)) ?? limits.check('merchant', merchantAccount),
  }
}

function addressOf(request: Request, clientIp: ClientIp, emitter: Emitter): string | undefined {
  try {
    return clientNetwork(clientIp(request))
  } catch (error) {
    emitter.emit({ type: 'client-ip-failed', error: error instanceof Error ? error.name : typeof error })
    return undefined
  }
}
