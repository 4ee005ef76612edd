import type { HeldToken } from '../token/token-lifetime.ts'

export interface PlanFacts {
  readonly now: number
  readonly token: HeldToken | undefined
  /** There was a token, and it ran out unrenewed. */
  readonly lapsed: boolean
  /** A token request is under way. */
  readonly fetching: boolean
  /** When the last failure may be tried again; Infinity: not by itself; undefined: there was none. */
  readonly retryAt: number | undefined
  readonly renewWhen: 'in-use' | 'always' | 'never'
  readonly lastUsedAt: number
  readonly visible: boolean
}

/** What the one timer of a session waits for. Being late costs a round trip, never correctness. */
export interface Plan {
  readonly inMs: number
  /** A token is asked for then; otherwise things are only looked at again. */
  readonly asks: boolean
}

/** The only scheduler. Undefined: nothing to wait for. */
export function plan(facts: PlanFacts): Plan | undefined {
  const { now, token, lapsed, fetching, retryAt = 0, visible } = facts
  const mayAsk = !fetching && visible && retryAt < Infinity
  if (!token) {
    const asks = facts.renewWhen === 'always' && mayAsk && (lapsed || retryAt > 0)
    return asks ? { inMs: retryAt - now, asks } : undefined
  }
  const renewAt = Math.max(token.renewAt, retryAt)
  const asks = mayAsk && renewAt < token.expiresAt && isWanted(facts, token, renewAt)
  return { inMs: (asks ? renewAt : token.expiresAt) - now, asks }
}

/** A forgotten tab stops asking: decided when the time has come, since it may still be used until then. */
function isWanted({ renewWhen, now, lastUsedAt }: PlanFacts, token: HeldToken, renewAt: number): boolean {
  if (renewWhen !== 'in-use') return renewWhen === 'always'
  return now < renewAt || now - lastUsedAt <= token.lifetimeMs
}
