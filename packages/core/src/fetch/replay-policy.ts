/**
 * Which requests may be sent again after a 401 about the token: every method, because a 401 was not applied
 * (RFC 9110 §15.5.2); unsafe methods only with an `Idempotency-Key`; none; or as a function says.
 */
export type ReplayPolicy = 'all' | 'keyed' | 'never' | ((request: ReplayCandidate) => boolean)

/** A request that was answered with a 401 about its token. */
export interface ReplayCandidate {
  /** In capitals, as it was sent. */
  method: string
  /** The whole address. */
  url: string
  /** As they were sent, without the token. */
  headers: Headers
  /** The error code of the 401, where it was readable. */
  code?: string | undefined
}

export interface ReplayFacts {
  readonly candidate: ReplayCandidate
  /** Whether the body can be sent a second time. */
  readonly held: boolean
  /** Whether the 401 came after a redirect. */
  readonly redirected: boolean
  readonly aborted: boolean | undefined
}

/** Why a request may not be sent again; undefined: it may. */
export function replayRefusal(policy: ReplayPolicy, facts: ReplayFacts): string | undefined {
  const { candidate, held, redirected, aborted } = facts
  if (aborted) return 'aborted'
  if (!held) return 'body'
  // A POST that was redirected has been applied: the 401 is the next address's. Again would charge twice.
  if (redirected && !isSafe(candidate.method)) return 'redirected'
  return allows(policy, candidate) ? undefined : 'policy'
}

function allows(policy: ReplayPolicy, candidate: ReplayCandidate): boolean {
  if (typeof policy === 'function') return policy(candidate)
  if (policy === 'keyed') return isSafe(candidate.method) || candidate.headers.has('Idempotency-Key')
  return policy === 'all'
}

/** RFC 9110 §9.2.1. */
export function isSafe(method: string): boolean {
  return /^(GET|HEAD|OPTIONS|TRACE)$/.test(method)
}
