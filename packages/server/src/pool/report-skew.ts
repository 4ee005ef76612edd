import type { Emitter } from '../shared/events.ts'
import { clockSkewMs } from '../slot/token-windows.ts'

/** Lifetimes are counted from our own request, so a skew costs nothing here; what compares absolute times suffers. */
export function reportSkew(emitter: Emitter, pool: string, skewMs: number | undefined): void {
  if (skewMs === undefined || Math.abs(skewMs) <= clockSkewMs) return
  emitter.emit({ type: 'clock-skewed', pool, skewMs })
}
