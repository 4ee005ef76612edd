import type { TokenRecord } from './slot-document.ts'
import type { TokenAnswer } from './token-answer.ts'
import { tokenWindows } from './token-windows.ts'

/** The token of an answer, minted under the lease of `fence`. `jitter` in [0, 1) is drawn once, for all instances. */
export function tokenRecord(
  { token, scope, requestedAt: obtainedAt, lifetimeMs }: TokenAnswer & { ok: true },
  fence: number,
  jitter: number,
): TokenRecord {
  const windows = tokenWindows(obtainedAt, lifetimeMs, jitter)
  return { id: crypto.randomUUID(), token, scope, obtainedAt, fence, ...windows }
}
