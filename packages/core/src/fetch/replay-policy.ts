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

/** Returns whether a method is safe (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return /^(GET|HEAD|OPTIONS|TRACE)$/.test(method)
}
