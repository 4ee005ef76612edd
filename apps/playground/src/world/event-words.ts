import type { SessionEvent } from '@forage-session/core'

/** How an entry is colored: as usual, as a failure that was overcome, or as a failure. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad'

export interface EventWords {
  readonly tone: Tone
  readonly words: string
}

/** Returns the words for an event of a session. Changes of the status follow from other events, so they have none. */
export function wordsOf(event: SessionEvent): EventWords | undefined {
  switch (event.type) {
    case 'token-requested':
      return {
        tone: 'plain',
        words: `The session requests a token from the backend: ${requestReasons[event.reason]}.`,
      }
    case 'token-received':
      return event.via === 'tab'
        ? undefined
        : {
            tone: 'good',
            words: `The session received token ${event.fingerprint}, valid for ${minutes(event.lifetimeMs)}.`,
          }
    case 'token-failed': {
      const next = event.retryAt === null ? '' : ' It will try again.'
      return { tone: 'bad', words: `The session received no token: ${event.code}.${next}` }
    }
    case 'token-invalidated':
      return { tone: 'warning', words: `The session dropped its token: ${dropReasons[event.by]}.` }
    case 'request-rejected':
      return { tone: 'warning', words: 'The API rejected the token of a request (401).' }
    case 'request-replayed':
      return event.ok
        ? { tone: 'good', words: 'The session sent the request again with the new token, and it succeeded.' }
        : { tone: 'bad', words: 'The session sent the request again, and it failed.' }
    case 'tab-shared':
      return { tone: 'good', words: `The session took token ${event.fingerprint} from the other tab.` }
    case 'clock-stepped':
      return { tone: 'warning', words: `The clock of the device jumped by ${minutes(event.byMs)}.` }
    default:
      return undefined
  }
}

const requestReasons = {
  first: 'it has none yet',
  renewal: 'the current one is near its end',
  expired: 'the last one expired',
  rejected: 'the API rejected the last one',
} as const

const dropReasons = {
  rejected: 'the API rejected it',
  expired: 'it expired',
  clear: 'the page cleared it',
  checkout: 'a new order began',
  close: 'the page closed the session',
  restored: 'the browser restored the page',
} as const

function minutes(ms: number): string {
  const whole = Math.round(Math.abs(ms) / 60_000)
  return whole === 1 ? '1 minute' : `${whole} minutes`
}
