import type { TokenWindows } from '../slot/token-windows.ts'

const second = 1000
const minute = 60 * second

/** A shorter one would have to be replaced the moment it is received. */
export const shortestAccessTokenMs: number = 30 * second
/** Where the answer has no `expires_in` (RFC 6749 §5.1 only recommends it): what Quidkey's guide says. */
export const assumedAccessTokenMs: number = 15 * minute

/**
 * The two points in the life of a token that nothing is minted from: renewed 5 minutes before its end, waited for in
 * its last. Fractions of a life that is too short for that.
 */
export function accessTokenWindows(obtainedAt: number, lifetimeMs: number, jitter: number): TokenWindows {
  const expiresAt = obtainedAt + lifetimeMs
  const leadMs = 5 * minute * (1 + jitter / 5)
  return {
    expiresAt,
    advisoryAt: Math.round(expiresAt - Math.min(leadMs, lifetimeMs / 2)),
    mandatoryAt: Math.round(expiresAt - Math.min(minute, lifetimeMs / 4)),
  }
}
