import type { ReceivedToken } from '../oauth/token-answer.ts'
import type { Emitter } from '../shared/events.ts'
import type { TokenRecord } from '../slot/slot-document.ts'
import { clockSkewMs, tokenWindows, type TokenWindowsOf } from '../slot/token-windows.ts'

/** Returns the record of a received token. `jitter` in [0, 1) is drawn once, for all instances. */
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

/** Reports a clock that differs from Forage's. Lifetimes count from our own request, but absolute times are wrong. */
export function reportSkew(emitter: Emitter, pool: string, { skewMs }: ReceivedToken): void {
  if (skewMs === undefined || Math.abs(skewMs) <= clockSkewMs) return
  emitter.emit({ type: 'clock-skewed', pool, skewMs })
}
