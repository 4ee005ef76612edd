import type { Tally } from '../world/tally.ts'
import type { Outcome } from '../world/world.ts'

/** Returns the sentences for an outcome that the button did not expect, for example because two faults met. */
export function generalWords({ rejected, failed, received, replayed, shared }: Outcome): string {
  const told = [
    rejected > 0 && `The API rejected the token of ${times(rejected, 'request')} (401).`,
    failed > 0 && `${times(failed, 'token request')} brought no token.`,
    received > 0 && `The session received ${times(received, 'token')} from the backend.`,
    shared > 0 && 'One tab took the token of the other.',
    replayed > 0 &&
      `The session sent ${times(replayed, 'request')} again, and the page saw only a slower answer.`,
  ].filter((each) => each !== false)
  return told.length > 0 ? told.join(' ') : 'The session had nothing to do.'
}

/** Returns the counts of an outcome, without those that are zero. */
export function countsOf({ rejected, failed, minted, replayed, shared }: Tally): string {
  const counts: [number, string][] = [
    [rejected, 'rejected with 401'],
    [failed, failed === 1 ? 'failed token request' : 'failed token requests'],
    [minted, minted === 1 ? 'new session token' : 'new session tokens'],
    [replayed, 'sent again'],
    [shared, 'shared between tabs'],
  ]
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(' · ')
}

function times(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}
