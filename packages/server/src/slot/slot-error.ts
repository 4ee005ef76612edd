import { ForageServerError, type ForageServerErrorCode } from '../shared/errors.ts'
import { never } from './failure-policy.ts'
import type { FailureKind, SlotFailure } from './slot-document.ts'

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
    what: 'no further authentication token is to be had',
    remedy: 'Revoke unused authentication tokens, and let all instances share one store.',
  },
  rejected: {
    code: 'upstream_unavailable',
    what: 'the API refuses a token that its own token endpoint has just issued',
    remedy: 'Wait until `retryAt`; if it stays, check that the environment and the scope are right.',
  },
  frozen: {
    code: 'frozen',
    what: 'it was frozen',
    remedy: 'Its `status()` says why and since when; `thaw()` ends it.',
  },
}

/** Why a pool has no token, as a caller sees it. */
export function slotError(pool: string, failure: SlotFailure): ForageServerError {
  const { code, what, remedy } = explanations[failure.kind]
  const isFinal = failure.nextAttemptAt === never
  return new ForageServerError(
    code,
    `Pool "${pool}" has no authentication token: ${what} (${failure.code})`,
    {
      remedy,
      retryable: !isFinal || failure.kind === 'frozen',
      retryAt: isFinal ? undefined : failure.nextAttemptAt,
      status: failure.status,
    },
  )
}
