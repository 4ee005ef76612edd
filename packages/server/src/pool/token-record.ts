import type { ReceivedToken } from '../oauth/token-answer.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { tokenWindows, type TokenWindowsOf } from '../slot/token-windows.ts'

/** The token of an answer, minted under the lease of `fence`. `jitter` in [0, 1) is drawn once, for all instances. */
export function tokenRecord(
  { token, scope, requestedAt: obtainedAt, lifetimeMs, grant }: ReceivedToken,
  fence: number,
  jitter: number,
  windows: TokenWindowsOf = tokenWindows,
): TokenRecord {
  const id = crypto.randomUUID()
  const record = { id, token, scope, obtainedAt, fence, ...windows(obtainedAt, lifetimeMs, jitter) }
  return grant ? { ...record, grant } : record
}
