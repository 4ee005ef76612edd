import type { Lifetimes } from '../oauth/token-answer.ts'
import type { TokenWindows } from '../slot/token-windows.ts'

const second = 1000
const minute = 60 * second

/** The assumed lifetime is the one in Quidkey's guide. */
export const accessTokenLifetimes: Lifetimes = { assumedMs: 15 * minute, shortestMs: 30 * second }

/**
 * Returns the two points in the life of a token from which nothing is minted: it is renewed 5 minutes before it
 * expires, and callers wait in its last minute. A token with a short life has fractions of it instead.
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
