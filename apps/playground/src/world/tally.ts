import type { SessionEvent } from '@forage-session/core'

/** What the sessions of both tabs did from the press of a button until its effects were over. */
export interface Tally {
  /** Requests that got a 401 about the token. */
  readonly rejected: number
  /** Token requests that brought no token. */
  readonly failed: number
  /** Tokens that the backend gave to a session: new ones, or one that it had minted a moment before. */
  readonly received: number
  /** Session tokens that the Forage API created. */
  readonly minted: number
  /** Requests that were sent again, and succeeded. */
  readonly replayed: number
  /** Tokens that one tab took from the other. */
  readonly shared: number
}

export const nothingYet: Tally = { rejected: 0, failed: 0, received: 0, minted: 0, replayed: 0, shared: 0 }

/** Counts an event of a session. */
export function tallyAfter(tally: Tally, event: SessionEvent): Tally {
  const counted = countedBy(event)
  return counted ? { ...tally, [counted]: tally[counted] + 1 } : tally
}

function countedBy(event: SessionEvent): keyof Tally | undefined {
  switch (event.type) {
    case 'request-rejected':
      return 'rejected'
    case 'token-failed':
      return 'failed'
    case 'token-received':
      return event.via === 'endpoint' ? 'received' : undefined
    case 'request-replayed':
      return event.ok ? 'replayed' : undefined
    case 'tab-shared':
      return 'shared'
    default:
      return undefined
  }
}
