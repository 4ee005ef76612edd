import type { HeldToken } from '../token/token-lifetime.ts'

/** The facts that decide when to renew. Times are in ms of session time. */
export interface PlanFacts {
  readonly held?: HeldToken | undefined
  /** Why there is no token. */
  readonly missing: string
  /** The token request in progress. */
  readonly flight?: unknown
  readonly failure?: { readonly retryAt: number } | undefined
  /** The time when a request is allowed earlier than the failure says. */
  readonly allowedAt?: number | undefined
  readonly renewWhen: 'in-use' | 'always' | 'never'
  readonly lastUsedAt: number
}

/** The event that a session's one timer waits for. If it is late, that costs a round trip, never correctness. */
export interface Plan {
  readonly inMs: number
  /** Whether a token is requested then; otherwise the session only plans again. */
  readonly isRequest: boolean
}

/** Plans the timer: the only scheduler of a session. Returns undefined if there is nothing to wait for. */
export function plan(facts: PlanFacts, now: number, visible: boolean): Plan | undefined {
  const { held: token, failure } = facts
  const allowedAt = failure ? (facts.allowedAt ?? failure.retryAt) : 0
  const mayRequest = !facts.flight && visible && allowedAt < Infinity
  if (!token) {
    const isRequest = facts.renewWhen === 'always' && mayRequest && (failure || facts.missing === 'expired')
    return isRequest ? { inMs: allowedAt - now, isRequest: true } : undefined
  }
  const renewAt = Math.max(token.renewAt, allowedAt)
  const isRequest = mayRequest && renewAt < token.expiresAt && isWanted(facts, token, renewAt, now)
  return { inMs: (isRequest ? renewAt : token.expiresAt) - now, isRequest }
}

/** An unused tab stops renewing. That is decided at the renewal point: until then the tab may be used again. */
function isWanted(
  { renewWhen, lastUsedAt }: PlanFacts,
  token: HeldToken,
  renewAt: number,
  now: number,
): boolean {
  if (renewWhen !== 'in-use') return renewWhen === 'always'
  return now < renewAt || now - lastUsedAt <= token.lifetimeMs
}
