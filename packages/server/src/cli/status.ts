import { poolStatus, type PoolStatus } from '../pool/pool-status.ts'
import { onePool } from './command-line.ts'
import type { Configuration } from './configuration/configuration.ts'
import { openStore } from './fleet/open-store.ts'
import { readSlot } from './fleet/slot-reading.ts'
import type { Outcome } from './outcome.ts'
import { when } from './terminal/when.ts'

/** Reports the tokens of each pool in the shared store. Mints nothing. */
export async function status(configuration: Configuration, pool: string | undefined): Promise<Outcome> {
  const { resolved, server } = configuration
  const only = pool === undefined ? undefined : onePool(server.pools, pool)
  await using opened = await openStore(configuration)
  const now = resolved.clock.now()
  const selected = resolved.pools.filter(({ name }) => only === undefined || name === only)
  const statuses = await Promise.all(
    selected.map(async (each) => {
      const { doc } = await readSlot(opened.store, resolved, each)
      return poolStatus(each.name, doc, {}, now)
    }),
  )
  const ok = statuses.every(({ state }) => state !== 'failed' && state !== 'frozen')
  return { ok, facts: { pools: statuses }, text: statuses.map((each) => describe(each, now)).join('\n') }
}

function describe(pool: PoolStatus, now: number): string {
  const tails = [
    pool.draining > 0 ? `${pool.draining} retired tokens to revoke` : '',
    pool.unknown > 0 ? `${pool.unknown} unknown tokens that may be alive` : '',
  ]
  return [`${pool.pool}: ${describeState(pool, now)}`, ...tails.filter(Boolean)].join('; ')
}

function describeState(pool: PoolStatus, now: number): string {
  switch (pool.state) {
    case 'empty':
      return 'no token yet (no server has minted one with this configuration, or the store lost the slot)'
    case 'ready':
      return `ready, token ${pool.fingerprint}, renewed after ${when(pool.renewAt, now)}, expires ${when(pool.expiresAt, now)}`
    case 'degraded':
      return `degraded (${pool.code}), token ${pool.fingerprint}, expires ${when(pool.expiresAt, now)}${retry(pool, now)}`
    case 'failed':
      return `failed (${pool.code})${retry(pool, now)}`
    case 'frozen':
      return `frozen since ${when(pool.at, now)}: ${pool.reason}`
  }
}

function retry({ retryAt }: { retryAt: number | null }, now: number): string {
  return retryAt === null ? ', not tried again automatically' : `, tried again ${when(retryAt, now)}`
}
