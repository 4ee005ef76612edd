import { slow, type DemoFault, type FaultOutcome } from '../../../src/merchant/api/demo-api.ts'
import type { PageFaults } from '../state/room-channel.ts'
import { duration, plural } from './readable.ts'

export const faultNames: Readonly<Record<DemoFault, string>> = {
  expire: 'Expire now',
  revoke: 'Revoke',
  reject: 'Reject next',
  slow: 'Slow',
  calm: 'Cancel faults',
  pass: 'Let 15 minutes pass',
}

/** Returns the text that says what a fault button did. */
export function outcomeWords(fault: DemoFault, outcome: FaultOutcome): string {
  const [count = 0] = Object.values<number>(outcome)
  switch (fault) {
    case 'expire':
      return count === 0
        ? missing('session token to expire')
        : `Forage now refuses ${plural(count, 'session token')}.`
    case 'revoke':
      return count === 0
        ? missing('authentication token to revoke')
        : `Forage now refuses ${plural(count, 'authentication token')} and all its session tokens.`
    case 'reject':
      return 'Forage refuses the next request with a session token.'
    case 'slow':
      return `The next ${plural(count, 'answer')} from Forage arrive ${duration(slow.ms)} late.`
    case 'calm':
      return `${plural(count, 'fault')} canceled.`
    case 'pass':
      return `${duration(count)} passed for Forage, the backend and the shop’s page.`
  }
}

function missing(thing: string): string {
  return `There is no ${thing}. Go to the payment in the shop first.`
}

/** Returns the text that says which faults the shop's page has. */
export function pageFaultWords({ isOffline, skewMs }: PageFaults): string {
  const hours = Math.abs(skewMs) / 3_600_000
  const clock = skewMs === 0 ? 'correct' : `${plural(hours, 'hour')} ${skewMs < 0 ? 'slow' : 'fast'}`
  return `The shop’s page is ${isOffline ? 'offline' : 'online'}, and its clock is ${clock}.`
}
