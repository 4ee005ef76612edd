import type { ParsedToken } from './session-token.ts'

/** A token that the session holds. Its times are ms of session time (`session-time.ts`). */
export interface HeldToken {
  readonly value: string
  readonly fingerprint: string
  /** When its token request was sent. */
  readonly startedAt: number
  readonly lifetimeMs: number
  readonly expiresAt: number
  /** From here on a newer one is asked for, in the background. */
  readonly renewAt: number
  readonly via: 'endpoint' | 'tab' | 'prime'
}

/**
 * How long a token is good for that came without `expires_in`, from the moment it was asked for. Server times
 * (`serverTimeMs` is read off the `Date` header) are only ever compared with server times: the device's clock may
 * be wrong by hours.
 */
export function lifetimeOf(
  { exp, iat: issued }: ParsedToken,
  serverTimeMs: number | undefined,
  fallbackLifetimeMs: number,
): number {
  const iat = issued ?? (serverTimeMs && serverTimeMs / 1000)
  const tells = exp !== undefined && iat !== undefined
  return tells ? Math.min((exp - iat) * 1000, fallbackLifetimeMs) : fallbackLifetimeMs
}

/**
 * How much of a lifetime can be insisted on. A short-lived token would otherwise be fetched again at every call:
 * the session's own default may claim an eighth, a caller up to half of it.
 */
export const mostOfLife: Readonly<Record<'default' | 'caller', number>> = { default: 1 / 8, caller: 1 / 2 }
