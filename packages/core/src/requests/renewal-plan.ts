import type { HeldToken } from '../token/token-lifetime.ts'

/** The facts that decide when to renew. Times are in ms of session time. */
export interface PlanFacts {
  readonly now: number
  readonly token: HeldToken | undefined
  /** Whether there was a token that expired unrenewed. */
  readonly lapsed: boolean
  /** Whether a token request is in progress. */
  readonly fetching: boolean
  /** The time when the last failure allows a request; Infinity: never automatically; undefined: there was no failure. */
  readonly retryAt: number | undefined
  readonly renewWhen: 'in-use' | 'always' | 'never'
  readonly lastUsedAt: number
  readonly visible: boolean
}

/** The event that a session's one timer waits for. If it is late, that costs a round trip, never correctness. */
export interface Plan {
  readonly inMs: number
  /** Whether a token is requested then; otherwise the session only plans again. */
  readonly isRequest: boolean
}

/** Plans the timer: the only scheduler of a session. Returns undefined if there is nothing to wait for. */
export function plan(facts: PlanFacts): Plan | undefined {
  const { now, token, lapsed, fetching, retryAt = 0, visible } = facts
  const mayRequest = !fetching && visible && retryAt < Infinity
  if (!token) {
    const isRequest = facts.renewWhen === 'always' && mayRequest && (lapsed || retryAt > 0)
    return isRequest ? { inMs: retryAt - now, isRequest } : undefined
  }
  const renewAt = Math.max(token.renewAt, retryAt)
  const isRequest = mayRequest && renewAt < token.expiresAt && isWanted(facts, token, renewAt)
  return { inMs: (isRequest ? renewAt : token.expiresAt) - now, isRequest }
}

/** An unused tab stops renewing. That is decided at the renewal point: until then the tab may be used again. */
function isWanted({ renewWhen, now, lastUsedAt }: PlanFacts, token: HeldToken, renewAt: number): boolean {
  if (renewWhen !== 'in-use') return renewWhen === 'always'
  return now < renewAt || now - lastUsedAt <= token.lifetimeMs
}
