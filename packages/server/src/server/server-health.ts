import type { PoolStatus } from '../pool/pool-status.ts'
import type { TokenPool } from '../pool/token-pool.ts'

/** What a probe and an operator want to know. */
export interface ServerHealth {
  /** Whether the process is worth keeping: false only after `close()`. */
  live: boolean
  /**
   * Whether checkouts can be served: false when a pool has failed, or after `close()`. A store that is down leaves it
   * true as long as a token can be had without it. A frozen pool is not a failed one: another instance would not serve
   * it either.
   */
  ready: boolean
  /** What works with less than it should have, one sentence each. Empty: nothing. */
  degraded: string[]
  /** Each pool, in the order of the options. */
  pools: PoolStatus[]
}

export function serverHealth(pools: readonly TokenPool[], isClosed: boolean): ServerHealth {
  const statuses = pools.map((pool) => pool.status())
  const degraded = pools.flatMap((pool, i) => reasons(pool, statuses[i]!))
  const hasFailed = statuses.some(({ state }) => state === 'failed')
  return { live: !isClosed, ready: !isClosed && !hasFailed, degraded, pools: statuses }
}

function reasons(pool: TokenPool, status: PoolStatus): string[] {
  const found: string[] = []
  if (pool.isStoreDown) found.push(`Pool "${pool.name}": the token store does not answer`)
  if (status.state === 'degraded' && status.code !== 'store_unavailable')
    found.push(`Pool "${pool.name}": the last renewal failed (${status.code})`)
  if (status.state === 'frozen') found.push(`Pool "${pool.name}" is frozen: ${status.reason}`)
  return found
}
