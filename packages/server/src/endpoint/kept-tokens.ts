import type { MintedToken } from '../calls/session-token-mint.ts'
import type { ServerClock } from '../shared/clock.ts'
import type { Authorization } from './authorize.ts'
import { createCoalescer } from './coalesce.ts'
import type { TokenRequestBody } from './token-request.ts'

const keepMs = 10_000

/** The part of the server from which session tokens come. */
export interface TokenMint {
  mint: (authorization: Authorization) => Promise<MintedToken>
  /** Returns the fingerprint of the authentication token of the pool, if it is known and may be used. */
  currentParent: (pool: string | undefined) => string | undefined
  /** Reads what other instances changed in the pool. Never rejects. */
  learn: (pool: string | undefined) => Promise<void>
  /** False if each request is its own I/O context, in which no request may await the work of another. */
  sharesPromises: boolean
}

/** Mints a session token, or returns the one that the same customer got for the same checkout a moment ago. */
export type KeptTokens = (authorization: Authorization, body: TokenRequestBody) => Promise<MintedToken>

/** Makes a double mount or a double click cost one token. If the API refused a token, it is not given out again. */
export function createKeptTokens(
  { mint, currentParent, learn, sharesPromises }: TokenMint,
  clock: ServerClock,
): KeptTokens {
  const kept = createCoalescer<MintedToken & { pool: string | undefined }>({
    keepMs,
    joins: sharesPromises,
    now: () => clock.now(),
    // A session token dies when its parent is rotated, compromised or invalidated, here or by another instance.
    isGood: ({ parent, pool, expiresAt }) => parent === currentParent(pool) && expiresAt > clock.now(),
  })
  return async (authorization, { reason }) => {
    const { subject, checkoutId, merchantAccount, pool } = authorization
    const key = JSON.stringify([subject, checkoutId, merchantAccount, pool ?? null])
    if (kept.has(key)) await learn(pool)
    return kept.run(key, reason === 'rejected', async () => ({ ...(await mint(authorization)), pool }))
  }
}
