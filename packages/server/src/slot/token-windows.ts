const second = 1000
const hour = 60 * 60 * second

/** Session tokens live 15 minutes (Forage's guide "Authentication"); the answer carries no lifetime. */
export const sessionTokenLifetimeMs: number = 15 * 60 * second
/** How long one request to Forage may take. */
export const requestTimeoutMs: number = 10 * second

/** How much the clocks of the instances and of Forage may differ. */
export const clockSkewMs: number = 60 * second
/** How long a token is served from memory without asking the store. */
export const memoryMs: number = 30 * second
/**
 * How long a retired token still lives: another instance may serve it from memory and mint from it, and what it
 * minted lives its 15 minutes.
 */
export const drainMs: number = memoryMs + sessionTokenLifetimeMs + clockSkewMs
// A session token dies with its parent, so a parent must outlive: its child, skew, and the time to mint it.
const parentReserveMs = sessionTokenLifetimeMs + clockSkewMs + 15 * second

/** A shorter one would have to be replaced the moment it is received. */
export const shortestLifetimeMs: number = 30 * 60 * second
/** Where the answer has no `expires_in` (RFC 6749 §5.1 only recommends it): short enough to be safe. */
export const assumedLifetimeSeconds: number = 3600

export interface TokenWindows {
  expiresAt: number
  /** From here on one instance renews in the background; everyone is served the current token. */
  advisoryAt: number
  /** From here on callers wait for a new one. */
  mandatoryAt: number
}

/** The points in a life, of one kind of token. */
export type TokenWindowsOf = (obtainedAt: number, lifetimeMs: number, jitter: number) => TokenWindows

/**
 * The two points in a life of `lifetimeMs` that began at `obtainedAt`. `jitter` in [0, 1) is drawn once and
 * stored with the token, so that all instances agree on the point.
 */
export function tokenWindows(obtainedAt: number, lifetimeMs: number, jitter: number): TokenWindows {
  const expiresAt = obtainedAt + lifetimeMs
  const leadMs = clamp(lifetimeMs / 10, hour, 12 * hour) * (1 + jitter / 4)
  return {
    expiresAt,
    // At most half a life: a fixed lead longer than a short life would renew in a loop.
    advisoryAt: Math.round(expiresAt - Math.min(leadMs, lifetimeMs / 2)),
    mandatoryAt: Math.max(expiresAt - parentReserveMs, obtainedAt),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
