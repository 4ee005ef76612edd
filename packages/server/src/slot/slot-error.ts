import type { ForageServerErrorCode, FailureKind } from '../shared/codes.ts'
import { ForageServerError, isForageServerError } from '../shared/errors.ts'
import { never } from './failure-policy.ts'
import type { SlotFailure } from './slot-document.ts'

interface Explanation {
  code: ForageServerErrorCode
  what: string
  remedy: string
}

const wait = 'Wait until `retryAt`; the next call after it tries again.'

const explanations: Record<FailureKind, Explanation> = {
  transient: { code: 'upstream_unavailable', what: 'the token endpoint gave no usable answer', remedy: wait },
  throttled: { code: 'upstream_throttled', what: 'the token endpoint limits requests', remedy: wait },
  credential: {
    code: 'credentials_rejected',
    what: 'the token endpoint refused the client credentials',
    remedy: 'Check `clientId` and `clientSecret` against the dashboard of this environment.',
  },
  config: {
    code: 'not_configured',
    what: 'the token endpoint refused the request',
    remedy: "Check the pool's `scope` and what the dashboard allows this client, then restart.",
  },
  limit: {
    code: 'token_limit',
    what: 'no more authentication tokens can be issued',
    remedy: 'Revoke unused authentication tokens, and let all instances share one store.',
  },
  rejected: {
    code: 'upstream_unavailable',
    what: 'the API refuses a new token from its token endpoint',
    remedy: 'Wait until `retryAt`; if the error remains, check the environment and the scope.',
  },
  frozen: {
    code: 'frozen',
    what: 'it was frozen',
    remedy: 'Read the reason in `status()`, and end the freeze with `thaw()`.',
  },
}

/** Returns the error for a caller whose pool has no token. */
export function slotError(pool: string, failure: SlotFailure): ForageServerError {
  const { code, what, remedy } = explanations[failure.kind]
  const isFinal = failure.nextAttemptAt === never
  return new ForageServerError(
    code,
    `Pool "${pool}" has no authentication token: ${what} (${failure.code})`,
    {
      remedy,
      retryAt: isFinal ? undefined : failure.nextAttemptAt,
      status: failure.status,
    },
  )
}

export function isStoreUnavailable(error: unknown): error is ForageServerError {
  return isForageServerError(error) && error.code === 'store_unavailable'
}
