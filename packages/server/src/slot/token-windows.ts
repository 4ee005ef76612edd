const second = 1000
const hour = 60 * 60 * second

/** Session tokens live 15 minutes (Forage's guide "Authentication"); the answer carries no lifetime. */
export const sessionTokenLifetimeMs: number = 15 * 60 * second
/** How long one request to Forage may take. */
export const requestTimeoutMs: number = 10 * second

/** How far the clocks of the instances and of Forage may differ. */
export const clockSkewMs: number = 60 * second
/** How long a token is served from memory without a read of the store. */
export const memoryMs: number = 30 * second
/**
 * How long a retired token still lives: another instance may serve it from memory, and its last session token lives 15
 * minutes.
 */
export const drainMs: number = memoryMs + sessionTokenLifetimeMs + clockSkewMs
// A session token dies with its parent, so the parent must live at least as long as the session token, a clock skew and
// the time to mint it.
const parentReserveMs = sessionTokenLifetimeMs + clockSkewMs + 15 * second

/** A token with a shorter life would have to be replaced as soon as it arrives. */
export const shortestLifetimeMs: number = 30 * 60 * second
/** A longer lifetime, such as one that means "never", counts as this one: no database stores such a time. */
export const longestLifetimeMs: number = 365 * 24 * hour
/** The lifetime of a token without `expires_in` in its answer (RFC 6749 §5.1 only recommends it), short to be safe. */
export const assumedLifetimeSeconds: number = 3600

export interface TokenWindows {
  expiresAt: number
  /** From this time one instance renews in the background, and callers still get the current token. */
  advisoryAt: number
  /** From this time callers wait for a new one. */
  mandatoryAt: number
}

/** A function that computes the points in the life of one kind of token. */
export type TokenWindowsOf = (obtainedAt: number, lifetimeMs: number, jitter: number) => TokenWindows

/**
 * Returns the two points in the life of a token from which session tokens are minted. `jitter` in [0, 1) is drawn once
 * and stored with the token, so that all instances agree.
 */
export function tokenWindows(obtainedAt: number, lifetimeMs: number, jitter: number): TokenWindows {
  const expiresAt = obtainedAt + lifetimeMs
  const leadMs = clamp(lifetimeMs / 10, hour, 12 * hour) * (1 + jitter / 4)
  return {
    expiresAt,
    // At most half the lifetime: a fixed lead that is longer than a short lifetime would renew in a loop.
    advisoryAt: Math.round(expiresAt - Math.min(leadMs, lifetimeMs / 2)),
    mandatoryAt: Math.max(expiresAt - parentReserveMs, obtainedAt),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
