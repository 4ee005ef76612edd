import type { ParsedToken } from './session-token.ts'

/** The token that the session holds. Its times are in ms of session time (`session-time.ts`). */
export interface HeldToken {
  readonly value: string
  readonly fingerprint: string
  /** The time when its token request was sent. */
  readonly startedAt: number
  readonly lifetimeMs: number
  readonly expiresAt: number
  /** The time when a newer token is requested in the background. */
  readonly renewAt: number
  readonly via: 'endpoint' | 'tab' | 'prime'
}

/**
 * Returns the lifetime in ms of a token that came without `expires_in`, counted from its request. It compares
 * server times only with server times (`serverTimeMs` is the `Date` header), because the device's clock may be
 * wrong by hours.
 */
export function lifetimeOf(
  { exp, iat: issued }: ParsedToken,
  serverTimeMs: number | undefined,
  fallbackLifetimeMs: number,
): number {
  const iat = issued ?? (serverTimeMs && serverTimeMs / 1000)
  const isKnown = exp !== undefined && iat !== undefined
  return isKnown ? Math.min((exp - iat) * 1000, fallbackLifetimeMs) : fallbackLifetimeMs
}

/**
 * The largest part of a lifetime that the session's default can require. Otherwise each call would replace a
 * short-lived token.
 */
export const mostOfLife: number = 1 / 8

/** The same for a call that requires a validity of its own. */
export const mostOfLifeForCaller: number = 1 / 2
