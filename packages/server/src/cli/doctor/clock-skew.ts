import { clockSkewMs } from '../../slot/token-windows.ts'
import { finding, type Finding } from '../configuration/finding.ts'
import { duration } from '../terminal/when.ts'

/** Two machines that are each this wrong differ by as much as is allowed for. */
const tolerableMs = clockSkewMs / 2

/** What a clock's difference from ours means; `aheadMs` positive: theirs is ahead. */
export function clockSkew(id: string, whose: string, aheadMs: number): Finding[] {
  if (!(Math.abs(aheadMs) > tolerableMs)) return []
  const direction = aheadMs > 0 ? 'behind' : 'ahead of'
  return [
    finding('warning', id, [
      `This machine's clock is ${duration(Math.abs(aheadMs))} ${direction} ${whose}`,
      `Instances compare times in the store, and allow for ${duration(clockSkewMs)} between them. Beyond it one revokes what another still hands out.`,
      'Synchronize the clock (chrony, systemd-timesyncd, or the host of the virtual machine).',
    ]),
  ]
}
