import type { ServerClock } from '../../shared/clock.ts'
import { isTimeout } from '../../shared/deadline.ts'
import type { Emitter } from '../../shared/events.ts'
import { answerWithin, errorName } from '../../shared/foreign-code.ts'
import { platformOf } from '../../shared/platform-request.ts'
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

interface Dependencies {
  clock: ServerClock
  emitter: Emitter
}

const clientIpTimeoutMs = 500
/** All requests without a known address share one limit. No address is spelled like this. */
const unknownAddress = 'unknown'

export function createRequestLimits(
  { rateLimit, clientIp }: SessionTokenHandlerOptions,
  dependencies: Dependencies,
): RequestLimits {
  const resolved = resolveRateLimits(rateLimit)
  const limits = createRateLimits(resolved, dependencies)
  let isReported = false
  const reportOnce = (): undefined => {
    if (!isReported) dependencies.emitter.emit({ type: 'ip-limit-off' })
    isReported = true
  }
  return {
    refuseAddress: async (request) => {
      if (resolved.ip === false) return undefined
      if (!clientIp) return reportOnce()
      return limits.check('ip', await addressOf(request, clientIp, dependencies))
    },
    refuseCustomer: async ({ subject, merchantAccount }) =>
      (await limits.check('subject', subject)) ?? limits.check('merchant', merchantAccount),
  }
}

async function addressOf(
  request: Request,
  clientIp: ClientIp,
  { clock, emitter }: Dependencies,
): Promise<string> {
  try {
    const details = { platform: platformOf(request) }
    const address = await answerWithin(clock, clientIpTimeoutMs, () => clientIp(request, details))
    const network = clientNetwork(address)
    if (network !== undefined) return network
    emitter.emit({ type: 'client-ip-failed', why: address ? 'unreadable' : 'nothing' })
  } catch (error) {
    const why = isTimeout(error) ? 'timed-out' : 'threw'
    emitter.emit({ type: 'client-ip-failed', why, error: errorName(error) })
  }
  return unknownAddress
}
