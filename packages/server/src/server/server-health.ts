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
   * Whether checkouts can be served, or the next call may find out. False after `close()`, and while a pool has failed and
   * its next attempt is in the future: after that, only a call can show whether Forage is well again. If the store is
   * down, it stays true while a token is available. A frozen pool does not make it false: another instance would not serve
   * it either.
   */
  ready: boolean
  /** One sentence for each part that works with less than it should. Empty if all is well. */
  degraded: string[]
  /** The status of each pool, in the order of the options. */
  pools: PoolStatus[]
}

/** `heldUntil`: Forage wants no request before. */
export function serverHealth(
  pools: readonly TokenPool[],
  isClosed: boolean,
  now: number,
  heldUntil: number | undefined,
): ServerHealth {
  const statuses = pools.map((pool) => pool.status())
  const held =
    heldUntil === undefined ? [] : [`Forage limits requests until ${new Date(heldUntil).toISOString()}`]
  const degraded = [...pools.flatMap((pool, i) => reasons(pool, statuses[i]!, now)), ...held]
  const hasFailed = statuses.some((status) => isFailing(status, now))
  return { live: !isClosed, ready: !isClosed && !hasFailed, degraded, pools: statuses }
}

function isFailing(status: PoolStatus, now: number): boolean {
  return status.state === 'failed' && (status.retryAt === null || now < status.retryAt)
}

function reasons(pool: TokenPool, status: PoolStatus, now: number): string[] {
  const found: string[] = []
  const { storeFailure, pushFailure } = pool
  const about = `Pool "${pool.name}": the token store`
  if (storeFailure) found.push(`${about} does not answer${inParentheses(storeFailure.code)}`)
  else if (pushFailure !== undefined)
    found.push(`${about} does not notify of changes${inParentheses(pushFailure)}, so they are polled`)
  const reason = stateReason(status, now)
  if (reason !== undefined) found.push(`Pool "${pool.name}"${reason}`)
  return found
}

function stateReason(status: PoolStatus, now: number): string | undefined {
  if (status.state === 'frozen') return ` is frozen: ${status.reason}`
  if (status.state === 'failed' && !isFailing(status, now))
    return `: the last attempt failed (${status.code}); the next call tries again`
  if (status.state !== 'degraded' || status.code === 'store_unavailable') return undefined
  return status.code === 'sealed_with_unknown_key'
    ? ': no sealing key of this instance opens the shared token, so it uses a private one'
    : `: the last renewal failed (${status.code})`
}

function inParentheses(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`
}
