import type { PoolStatus } from '../pool/pool-status.ts'
import type { TokenPool } from '../pool/token-pool.ts'

/**
 * The health of a server, for a readiness probe and for operators.
 *
 * @example
 * ```ts
 * import type { ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * export function readiness(): Response {
 *   const { ready, degraded } = forage.health()
 *   return Response.json({ degraded }, { status: ready ? 200 : 503 })
 * }
 * ```
 */
export interface ServerHealth {
  /** Whether the process should keep running. False only after `close()`. */
  live: boolean
  /**
   * Whether checkouts can be served. False if a pool has failed, and after `close()`. If the store is down, it stays true
   * while a token is available. A frozen pool does not make it false: another instance would not serve it either.
   */
  ready: boolean
  /** One sentence for each part that works with less than it should. Empty if all is well. */
  degraded: string[]
  /** The status of each pool, in the order of the options. */
  pools: PoolStatus[]
}

export function serverHealth(pools: readonly TokenPool[], isClosed: boolean): ServerHealth {
  const statuses = pools.map((pool) => pool.status())
  const degraded = pools.flatMap((pool, i) => reasons(pool, statuses[i]!))
  const hasFailed = statuses.some(({ state }) => state === 'failed')
  return { live: !isClosed, ready: !isClosed && !hasFailed, degraded, pools: statuses }
}

function reasons(pool: TokenPool, status: PoolStatus): string[] {
  const { storeFailure, pushFailure } = pool
  const found: string[] = []
  const about = `Pool "${pool.name}": the token store`
  if (storeFailure) found.push(`${about} does not answer${inParentheses(storeFailure.code)}`)
  else if (pushFailure !== undefined)
    found.push(`${about} does not notify of changes${inParentheses(pushFailure)}, so they are polled`)
  if (status.state === 'degraded' && status.code !== 'store_unavailable')
    found.push(`Pool "${pool.name}": the last renewal failed (${status.code})`)
  if (status.state === 'frozen') found.push(`Pool "${pool.name}" is frozen: ${status.reason}`)
  return found
}

function inParentheses(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`
}
