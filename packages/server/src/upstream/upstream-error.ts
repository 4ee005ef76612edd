import { ForageServerError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'
import { retryAfterMs } from './retry-after.ts'

const defaultRetryAfterMs = 60_000

/** Forage answered 429. */
export function throttled(headers: Headers, now: number): ForageServerError {
  return new ForageServerError('upstream_throttled', 'Forage limits the requests of this address', {
    remedy: 'Wait until `retryAt`.',
    retryAt: now + (retryAfterMs(headers, now) ?? defaultRetryAfterMs),
    status: 429,
  })
}

/** This process has sent as many requests as its own limit allows. */
export function limitReached(retryAt: number): ForageServerError {
  return new ForageServerError('upstream_throttled', 'The requests that `upstreamLimit` allows are used up', {
    remedy: 'Wait until `retryAt`; see `upstreamLimit` if Forage allows this address more.',
    retryAt,
  })
}

/** No answer, or an unusable one. */
export function unavailable(
  message: string,
  {
    cause,
    remedy = 'Try again after `retryAt`.',
    ...facts
  }: { cause?: unknown; remedy?: string; retryAt?: number; status?: number },
): ForageServerError {
  return new ForageServerError('upstream_unavailable', message, {
    remedy,
    ...facts,
    cause: cause === undefined ? undefined : safeCause(cause),
  })
}
