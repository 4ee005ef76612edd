import { assertReason } from '../pool/emergency-reason.ts'
import type { PoolStatus } from '../pool/pool-status.ts'
import type { Emergency } from '../pool/token-compromise.ts'
import type { TokenPool } from '../pool/token-pool.ts'
import type { Rotation } from '../pool/token-rotation.ts'
import type { CompromiseReport } from '../shared/compromise-report.ts'
import { assertKnownOptions } from '../shared/known-options.ts'
import type { CallsInProgress } from './calls-in-progress.ts'

/**
 * One authentication token, shared by all instances that use the same store.
 *
 * @example
 * ```ts
 * import type { ForageServer } from '@forage-session/server'
 *
 * declare const forage: ForageServer
 *
 * const { fingerprint, expiresAt } = await forage.pool('web').rotate()
 * console.log(`token ${fingerprint} expires at ${new Date(expiresAt).toISOString()}`)
 * ```
 */
export interface ForagePool {
  /** Returns the authentication token. It must never leave the server. */
  getToken(options?: { signal?: AbortSignal }): Promise<string>
  /** Mints a new token now. No session token fails: the old one is revoked when its last session token has expired. */
  rotate(): Promise<Rotation>
  /**
   * Revokes every token of this pool at once, because one leaked, while it mints a new one, and verifies that each is
   * dead. Their session tokens die too. Other pools are not touched. If the store does not answer, it revokes only the
   * token of this process and rejects with `store_unavailable`.
   */
  compromise(emergency: Emergency): Promise<CompromiseReport>
  /**
   * Stops the pool: no token is minted or handed out until `thaw`. Other instances notice within 30 s. Issued session
   * tokens stay alive; `compromise` ends them. `reason` has 1 to 200 characters and holds no token.
   */
  freeze(options: { reason: string }): Promise<void>
  /** Ends `freeze`. The next call mints again. */
  thaw(): Promise<void>
  /** Returns the pool as this process last saw it, without a token. */
  status(): PoolStatus
}

const compromiseOptions = { reason: true, merchantAccount: true } satisfies Record<keyof Emergency, true>

export function createForagePool(pool: TokenPool, calls: CallsInProgress): ForagePool {
  return {
    getToken: async (options = {}) => {
      assertKnownOptions(options, { signal: true })
      return (await calls.run(() => pool.getToken(options.signal))).token
    },
    rotate: () => calls.run(() => pool.rotate()),
    compromise: async (emergency) => {
      assertKnownOptions(emergency, compromiseOptions)
      const { reason, merchantAccount } = emergency
      assertReason(reason)
      return calls.run(() => pool.compromise({ reason, merchantAccount }))
    },
    freeze: async (options) => {
      assertKnownOptions(options, { reason: true })
      const { reason } = options
      assertReason(reason)
      return calls.run(() => pool.freeze(reason))
    },
    thaw: () => calls.run(() => pool.thaw()),
    status: () => pool.status(),
  }
}
