import { drop, recover, type CompromiseReport } from '../pool/token-compromise.ts'
import type { TokenRenewalOptions } from '../pool/token-renewal.ts'
import type { Emitter } from '../shared/events.ts'
import { longLeaseMs } from '../slot/slot-document.ts'

export const revokeAllConfirmation = 'every checkout will need a new token'
const reason = 'revokeAll'
// Forage's limit of one call, and about the limit of live tokens.
const bulkRevokeCount = 1000

/** What `revokeAll` did. */
export interface RevokeAllReport {
  /** How many clients (pairs of credentials) were asked to revoke all their tokens, and how many did not confirm it. */
  clients: number
  /** How many of them did not confirm it. */
  failed: number
  /** What it did to each pool. */
  pools: CompromiseReport[]
}

/** The pools of one client; the client is what `bulk_revoke` can target, not a pool. */
export type PoolsOfClient = readonly TokenRenewalOptions[]

/**
 * After a leaked secret, or at the limit of live tokens: every token of every client is revoked, also those that
 * nobody knows. Only then are new ones minted, since bulk revocation kills by expiry and not by pool.
 */
export async function revokeAllTokens(
  clients: readonly PoolsOfClient[],
  emitter: Emitter,
): Promise<RevokeAllReport> {
  const results = await Promise.all(clients.map(revokeClient))
  const failed = results.filter(({ confirmed }) => !confirmed).length
  emitter.emit({ type: 'all-tokens-revoked', clients: clients.length, failed })
  return { clients: clients.length, failed, pools: results.flatMap(({ pools }) => pools) }
}

async function revokeClient(
  pools: PoolsOfClient,
): Promise<{ confirmed: boolean; pools: CompromiseReport[] }> {
  // The leases keep others from minting what bulk revocation would kill a moment later.
  const dropped = await Promise.all(pools.map((pool) => drop(pool, longLeaseMs)))
  const confirmed = await pools[0]!.oauth.bulkRevoke(bulkRevokeCount)
  const revoke = confirmed ? async () => true : undefined
  const reports = pools.map((pool, i) => recover(pool, dropped[i]!, { reason }, revoke))
  return { confirmed, pools: await Promise.all(reports) }
}
