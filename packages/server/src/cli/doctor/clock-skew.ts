import { clockSkewMs } from '../../slot/token-windows.ts'
import { finding, type Finding } from '../configuration/finding.ts'
import { duration } from '../terminal/when.ts'

/** Two machines that are each off by this much differ by the whole tolerance. */
const tolerableMs = clockSkewMs / 2

/** Judges the difference between another clock and the clock of this machine. Positive if the other one is ahead. */
export function clockSkew(id: string, whose: string, aheadMs: number): Finding[] {
  if (!(Math.abs(aheadMs) > tolerableMs)) return []
  const direction = aheadMs > 0 ? 'behind' : 'ahead of'
  return [
    finding('warning', id, [
      `This machine's clock is ${duration(Math.abs(aheadMs))} ${direction} ${whose}`,
      `Instances compare times in the store and tolerate a difference of ${duration(clockSkewMs)}. If it is larger, one instance revokes a token that another still serves.`,
      'Synchronize the clock (chrony, systemd-timesyncd, or the host of the virtual machine).',
    ]),
  ]
}
