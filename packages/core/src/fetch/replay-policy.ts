import type { HeldBody } from './request-body.ts'

/**
 * The requests that may be replayed after a 401 about the token: `all`, because a 401 was not applied (RFC 9110
 * §15.5.2); `keyed`: unsafe methods only with an `Idempotency-Key`; `never`; or a function that decides.
 *
 * @example
 * ```ts
 * import type { ReplayPolicy } from '@forage-session/core'
 *
 * export const replay: ReplayPolicy = ({ method, url }) => method === 'GET' || url.includes('/balance/')
 * ```
 */
export type ReplayPolicy = 'all' | 'keyed' | 'never' | ((request: ReplayCandidate) => boolean)

/** A request that got a 401 about its token. */
export interface ReplayCandidate {
  /** The method that was sent, in capitals. */
  method: string
  /** The whole URL. */
  url: string
  /** The headers that were sent, without the token. */
  headers: Headers
  /** The error code of the 401, if it was readable. */
  code?: string | undefined
}

/** The part of a call and of its 401 that decides about a replay. */
export interface ReplayFacts {
  readonly held: HeldBody
  /** `redirected` is undefined if the runtime does not say so. */
  readonly response: { readonly redirected: boolean | undefined }
  readonly signal: AbortSignal | undefined
}

/** Returns why a request cannot be sent again, whatever the policy says; undefined if it can. */
export function obstacle(method: string, { held, response, signal }: ReplayFacts): string | undefined {
  if (signal?.aborted) return 'aborted'
  if (held.once) return 'body'
  // The redirect applied the POST, and the next URL returned the 401: a replay would charge twice.
  return response.redirected && !isSafe(method) ? 'redirected' : undefined
}

/** Returns whether the policy allows a replay. A policy may be async. */
export function allows(policy: ReplayPolicy, candidate: ReplayCandidate): boolean | Promise<boolean> {
  if (typeof policy === 'function') return policy(candidate)
  if (policy === 'keyed') return isSafe(candidate.method) || candidate.headers.has('Idempotency-Key')
  return policy === 'all'
}

/** Returns whether a method is safe (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return /^(GET|HEAD|OPTIONS|TRACE)$/.test(method)
}
