import type { LimitedBy } from '../../shared/codes.ts'
import { assertKnownOptions } from '../../shared/known-options.ts'
import { received } from '../../shared/received.ts'

/** A limit: at most `requests` in each window of `perMs`. */
export interface RequestLimit {
  /** The number of requests, a whole number above 0. */
  requests: number
  /** The window, in ms. */
  perMs: number
}

/**
 * A counter of requests per key that replaces this process's memory, such as any limiter of `rate-limiter-flexible`.
 * Over the limit, `consume` rejects with `{ msBeforeNext }`. After any other rejection, or without an answer within
 * 500 ms, the request passes, and `rate-limiter-failed` is emitted.
 */
export interface RateLimiter {
  /** Counts one request of `key`. */
  consume(key: string): Promise<unknown>
}

/**
 * The request limits of the endpoint. `false` means no limit.
 *
 * @example
 * ```ts
 * import type { RateLimitOptions } from '@forage-session/server'
 *
 * const rateLimit: RateLimitOptions = { subject: { requests: 10, perMs: 60_000 }, ip: false }
 * ```
 */
export interface RateLimitOptions {
  /** Per client address (IPv6: per /64). It needs `clientIp`. Default: 300 a minute. */
  ip?: RequestLimit | RateLimiter | false
  /** Per `subject` of `authorize`. Default: 20 a minute. */
  subject?: RequestLimit | RateLimiter | false
  /** Per `merchantAccount` of `authorize`. Default: no limit. */
  merchant?: RequestLimit | RateLimiter | false
}

export type ResolvedRateLimits = Record<LimitedBy, RequestLimit | RateLimiter | false>

const defaultRateLimits: ResolvedRateLimits = {
  ip: { requests: 300, perMs: 60_000 },
  subject: { requests: 20, perMs: 60_000 },
  merchant: false,
}

const knownOptions = { ip: true, subject: true, merchant: true } satisfies Record<
  keyof RateLimitOptions,
  true
>
const knownLimitOptions = { requests: true, perMs: true } satisfies Record<keyof RequestLimit, true>

/** Fills in the defaults. Throws `TypeError` with the name of the option and the received value. */
export function resolveRateLimits(options: RateLimitOptions | false = {}): ResolvedRateLimits {
  if (options === false) return { ip: false, subject: false, merchant: false }
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Option "rateLimit" must be false or { ip?, subject?, merchant? }, got ${received(options)}`,
    )
  }
  assertKnownOptions(options, knownOptions, 'rateLimit.')
  const resolve = (by: LimitedBy): RequestLimit | RateLimiter | false => {
    const { [by]: limit = defaultRateLimits[by] } = options
    return checkLimit(limit, `rateLimit.${by}`)
  }
  return { ip: resolve('ip'), subject: resolve('subject'), merchant: resolve('merchant') }
}

export function isRateLimiter(limit: RequestLimit | RateLimiter): limit is RateLimiter {
  return 'consume' in limit
}

function checkLimit(
  limit: RequestLimit | RateLimiter | false,
  option: string,
): RequestLimit | RateLimiter | false {
  if (limit === false) return limit
  if (typeof limit !== 'object' || limit === null) {
    throw new TypeError(
      `Option "${option}" must be false, { requests, perMs } or a limiter, got ${received(limit)}`,
    )
  }
  if (isRateLimiter(limit)) return checkLimiter(limit, option)
  assertKnownOptions(limit, knownLimitOptions, `${option}.`)
  checkWhole(limit.requests, `${option}.requests`)
  checkWhole(limit.perMs, `${option}.perMs`)
  return limit
}

function checkLimiter(limiter: RateLimiter, option: string): RateLimiter {
  const { consume }: { consume: unknown } = limiter
  if (typeof consume === 'function') return limiter
  throw new TypeError(`Option "${option}.consume" must be a function, got ${received(consume)}`)
}

function checkWhole(value: unknown, option: string): void {
  if (Number.isSafeInteger(value) && (value as number) > 0) return
  throw new TypeError(`Option "${option}" must be a whole number above 0, got ${received(value)}`)
}
