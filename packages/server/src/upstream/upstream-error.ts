import { ForageServerError } from '../shared/errors.ts'
import { safeCause } from '../shared/safe-cause.ts'

/** Forage answered 429 and wants no request before `retryAt`. */
export function throttledUntil(retryAt: number): ForageServerError {
  return new ForageServerError('upstream_throttled', 'Forage limits the requests of this address', {
    remedy: 'Wait until `retryAt`.',
    retryAt,
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
