import type { ParsedToken } from './session-token.ts'

/** A token that the session holds. Its times are ms of session time (`session-time.ts`). */
export interface HeldToken {
  readonly value: string
  readonly fingerprint: string
  /** When its token request was sent. */
  readonly startedAt: number
  readonly lifetimeMs: number
  /** From here on a newer one is asked for, in the background. */
  readonly renewAt: number
  readonly via: 'endpoint' | 'tab' | 'prime'
}

export interface LifetimeFacts {
  readonly expiresInMs: number | undefined
  readonly token: ParsedToken
  /** The server's clock, read off the `Date` header. */
  readonly serverTimeMs: number | undefined
  readonly fallbackLifetimeMs: number
}

/**
 * How long a token is good for, from the moment it was asked for. Server times are only ever compared with
 * server times: the device's clock may be wrong by hours.
 */
export function lifetimeOf({ expiresInMs, token, serverTimeMs, fallbackLifetimeMs }: LifetimeFacts): number {
  if (expiresInMs !== undefined) return expiresInMs
  if (token.exp === undefined) return fallbackLifetimeMs
  const fromMs = token.iat === undefined ? serverTimeMs : token.iat * 1000
  if (fromMs === undefined) return fallbackLifetimeMs
  return Math.min(token.exp * 1000 - fromMs, fallbackLifetimeMs)
}

export function lifeLeft(token: HeldToken, now: number): number {
  return token.startedAt + token.lifetimeMs - now
}

/**
 * How much life a caller can insist on. A short-lived token would otherwise be fetched again at every call:
 * the session's own default may claim an eighth of a lifetime, a caller up to half of it.
 */
export function honouredValidity(token: HeldToken, wantedMs: number, by: 'default' | 'caller'): number {
  return Math.min(wantedMs, token.lifetimeMs / (by === 'default' ? 8 : 2))
}
