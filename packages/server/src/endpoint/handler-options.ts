import { assertKnownOptions } from '../shared/known-options.ts'
import { received, receivedUrl } from '../shared/received.ts'
import type { Authorize, AuthorizeContext } from './authorize.ts'
import type { ChannelOptions } from './channel.ts'
import type { ClientIp } from './limits/client-ip.ts'
import type { RateLimitOptions } from './limits/rate-limit-options.ts'
import { isSerializedOrigin } from './serialized-origin.ts'

/**
 * Options of the endpoint: who gets a session token, and how often.
 *
 * @example
 * ```ts
 * import type { Authorize, SessionTokenHandlerOptions } from '@forage-session/server'
 *
 * declare const authorize: Authorize
 *
 * const options: SessionTokenHandlerOptions = {
 *   authorize,
 *   origins: ['https://shop.example'],
 *   clientIp: (request) => request.headers.get('cf-connecting-ip'),
 * }
 * ```
 */
export interface SessionTokenHandlerOptions extends ChannelOptions {
  /** Decides on the server who sends the request, for which checkout and merchant. Required. */
  authorize: Authorize
  /** How long `authorize` may take, in ms, from 1 to 60 000. After that, the answer is 503. Default: 5000. */
  authorizeTimeoutMs?: number
  /**
   * Default: 300 requests a minute per address and 20 per subject, counted in this process. `false`: no limit. Several
   * instances count together with `redisRateLimit` of `@forage-session/server/redis-rate-limit`.
   */
  rateLimit?: RateLimitOptions | false
  /**
   * Reads the client's address. Without it, requests are not limited by address. If it finds no address, the requests
   * share one limit.
   */
  clientIp?: ClientIp
}

const known = {
  authorize: true,
  authorizeTimeoutMs: true,
  rateLimit: true,
  clientIp: true,
  origins: true,
  channel: true,
} satisfies Record<keyof SessionTokenHandlerOptions, true>

// A database that wakes up takes seconds. The browser waits for 10 s.
const defaultAuthorizeTimeoutMs = 5000

/** Returns the options of `authorize` with their defaults. Throws `TypeError` with the name of the option that is wrong. */
export function checkHandlerOptions(
  options: SessionTokenHandlerOptions,
): Pick<AuthorizeContext, 'authorize' | 'authorizeTimeoutMs'> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`sessionTokenHandler takes { authorize }, got ${received(options)}`)
  }
  assertKnownOptions(options, known)
  const { authorize, authorizeTimeoutMs = defaultAuthorizeTimeoutMs, origins, channel, clientIp } = options
  if (typeof authorize !== 'function') {
    throw new TypeError(
      `Option "authorize" must be a function that identifies the customer, got ${received(authorize)}: ` +
        'without it, anyone could get a session token',
    )
  }
  if (!Number.isInteger(authorizeTimeoutMs) || authorizeTimeoutMs < 1 || authorizeTimeoutMs > 60_000) {
    throw new TypeError(
      `Option "authorizeTimeoutMs" must be an integer from 1 to 60000, got ${received(authorizeTimeoutMs)}`,
    )
  }
  if (channel !== undefined && channel !== 'browser' && channel !== 'native') {
    throw new TypeError(`Option "channel" must be "browser" or "native", got ${received(channel)}`)
  }
  if (clientIp !== undefined && typeof clientIp !== 'function') {
    throw new TypeError(`Option "clientIp" must be a function of the request, got ${received(clientIp)}`)
  }
  if (origins !== undefined && typeof origins !== 'function') assertOrigins(origins)
  return { authorize, authorizeTimeoutMs }
}

function assertOrigins(origins: readonly string[]): void {
  if (!Array.isArray(origins)) {
    throw new TypeError(`Option "origins" must be an array or a function, got ${received(origins)}`)
  }
  for (const origin of origins) {
    if (isSerializedOrigin(origin)) continue
    throw new TypeError(
      `Option "origins" must hold origins like "https://shop.example", got ${receivedUrl(origin)}`,
    )
  }
}
