import { drop, recover } from '../pool/token-compromise.ts'
import type { TokenRenewalOptions } from '../pool/token-renewal.ts'
import type { CompromiseReport } from '../shared/compromise-report.ts'
import type { ForageServerError } from '../shared/errors.ts'
import type { Emitter } from '../shared/events.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import { received } from '../shared/received.ts'
import { longLeaseMs } from '../slot/slot-document.ts'

const confirmation = 'every checkout will need a new token'
const reason = 'revokeAll'
// Forage's limit per call, and about its limit of live tokens.
const bulkRevokeCount = 1000

/** Options of `revokeAll`. */
export interface RevokeAllOptions {
  /** Exactly this sentence confirms the call. */
  confirm: typeof confirmation
}

/** Throws `TypeError` for an unknown option, and unless `confirm` is the sentence. */
export function assertConfirmed(options: RevokeAllOptions): void {
  assertKnownOptions(options, { confirm: true })
  const confirm: unknown = options.confirm
  if (confirm === confirmation) return
  throw new TypeError(`Option "confirm" must be "${confirmation}", got ${received(confirm)}`)
}

/** The result of `revokeAll`. */
export interface RevokeAllReport {
  /** The number of clients (pairs of credentials) whose tokens were to be revoked. */
  clients: number
  /** The number of clients for which Forage did not confirm the revocation. */
  failed: number
  /** The report of each pool. */
  pools: CompromiseReport[]
}

/** The pools of one client. `bulk_revoke` can target a client, but not a pool. */
export type PoolsOfClient = readonly TokenRenewalOptions[]

/**
 * Revokes every token of every client, even unknown ones, and mints new ones only after that: bulk revocation kills by
 * expiry, so it would kill a new token as well.
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

/** Does not need the store: a bulk revocation reaches every token, and slots that it does not change learn of it later. */
async function revokeClient(
  pools: PoolsOfClient,
): Promise<{ confirmed: boolean; pools: CompromiseReport[] }> {
  // The leases keep other instances from minting tokens that the bulk revocation would kill.
  const dropped = await Promise.all(pools.map((pool) => drop(pool, longLeaseMs)))
  const confirmed = await pools[0]!.oauth.bulkRevoke(bulkRevokeCount)
  const recoveries = await Promise.all(
    pools.map((pool, i) => recover(pool, dropped[i]!, { reason }, confirmed)),
  )
  for (const [i, { failure }] of recoveries.entries()) if (failure) incomplete(pools[i]!, failure)
  return { confirmed, pools: recoveries.map(({ report }) => report) }
}

function incomplete({ emitter, pool }: TokenRenewalOptions, { code }: ForageServerError): void {
  emitter.emit({ type: 'emergency-incomplete', pool, action: 'revoke-all', code })
}
