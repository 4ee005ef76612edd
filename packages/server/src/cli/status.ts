import { poolStatus, type PoolStatus } from '../pool/pool-status.ts'
import type { Configuration } from './configuration/configuration.ts'
import { onePool } from './fleet/one-pool.ts'
import { openStore } from './fleet/opened-store.ts'
import type { Outcome } from './outcome.ts'
import { readSlot } from './fleet/slot-reading.ts'
import { when } from './terminal/when.ts'

/** What each pool holds, as the servers share it. Mints nothing. */
export async function status(configuration: Configuration, pool: string | undefined): Promise<Outcome> {
  const { resolved, pools } = configuration
  const only = pool === undefined ? undefined : onePool(pools, pool)
  await using opened = await openStore(configuration)
  const now = resolved.clock.now()
  const asked = resolved.pools.filter(({ name }) => only === undefined || name === only)
  const statuses = await Promise.all(
    asked.map(async (each) => {
      const { doc } = await readSlot(opened.store, resolved, each)
      return poolStatus(each.name, doc, {}, now)
    }),
  )
  const ok = statuses.every(({ state }) => state !== 'failed' && state !== 'frozen')
  return { ok, facts: { pools: statuses }, text: statuses.map((each) => describe(each, now)).join('\n') }
}

function describe(pool: PoolStatus, now: number): string {
  const tails = [
    pool.draining > 0 ? `${pool.draining} retired, to be revoked` : '',
    pool.unknown > 0 ? `${pool.unknown} mints of unknown outcome` : '',
  ]
  return [`${pool.pool}: ${describeState(pool, now)}`, ...tails.filter(Boolean)].join('; ')
}

function describeState(pool: PoolStatus, now: number): string {
  switch (pool.state) {
    case 'empty':
      return 'no token yet (no server minted one with this configuration)'
    case 'ready':
      return `ready, token ${pool.fingerprint}, renewed from ${when(pool.renewAt, now)}, ends ${when(pool.expiresAt, now)}`
    case 'degraded':
      return `degraded (${pool.code}), token ${pool.fingerprint}, ends ${when(pool.expiresAt, now)}${retry(pool, now)}`
    case 'failed':
      return `failed (${pool.code})${retry(pool, now)}`
    case 'frozen':
      return `frozen since ${when(pool.at, now)}: ${pool.reason}`
  }
}

function retry({ retryAt }: { retryAt: number | null }, now: number): string {
  return retryAt === null ? ', not tried again by itself' : `, tried again ${when(retryAt, now)}`
}
