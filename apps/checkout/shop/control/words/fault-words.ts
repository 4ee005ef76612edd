import { slow, type DemoFault, type FaultOutcome } from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults } from '../state/room-message.ts'
import { duration, plural } from './readable.ts'

export const faultNames: Readonly<Record<DemoFault, string>> = {
  expire: 'Expire now',
  revoke: 'Revoke',
  reject: 'Reject next',
  slow: 'Slow',
  calm: 'Take back',
}

/** What a press on a button did. */
export function outcomeWords(fault: DemoFault, outcome: FaultOutcome): string {
  const [count = 0] = Object.values<number>(outcome)
  switch (fault) {
    case 'expire':
      return count === 0
        ? none('session token to expire')
        : `Forage refuses ${plural(count, 'session token')} from now on.`
    case 'revoke':
      return count === 0
        ? none('authentication token to revoke')
        : `Forage refuses ${plural(count, 'authentication token')} from now on, and every session token that came of it.`
    case 'reject':
      return 'Forage refuses the next request that bears a session token.'
    case 'slow':
      return `The next ${plural(count, 'answer')} of Forage come ${duration(slow.ms)} late.`
    case 'calm':
      return `${plural(count, 'fault')} taken back.`
  }
}

function none(what: string): string {
  return `There was no ${what}: put something into the cart and go to the payment first.`
}

export function pageFaultWords({ isOffline, skewMs }: PageFaults): string {
  const hours = Math.abs(skewMs) / 3_600_000
  const clock = skewMs === 0 ? 'right' : `${plural(hours, 'hour')} ${skewMs < 0 ? 'slow' : 'fast'}`
  return `The shop’s page is ${isOffline ? 'offline' : 'online'}, and its clock is ${clock}.`
}
