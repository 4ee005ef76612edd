import type { SessionEvent } from '@forage-session/core'
import type { AnsweredRequest } from '@forage-session/emulator'

/** Who did something: a tab of the customer, the Forage API, or the reader. */
export type Source = 'page' | 'second-tab' | 'forage' | 'you'

/** How an entry is colored: as usual, as a failure that was overcome, or as a failure. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad'

/** One line of the timeline. Times are in ms since the world began, by the clock of the servers. */
export interface Entry {
  readonly id: number
  readonly at: number
  readonly source: Source
  readonly tone: Tone
  readonly words: string
}

/** The life of one token in a tab, for the plot. */
export interface TokenLife {
  readonly fingerprint: string
  readonly from: number
  /** The end of its lifetime. */
  readonly expiresAt: number
  /** The time at which the session dropped it, if it did so before it expired. */
  readonly endedAt?: number
}

/** One request to the API, for the plot. */
export interface Mark {
  readonly at: number
  readonly kind: 'answered' | 'rejected' | 'failed' | 'minted'
}

export interface History {
  readonly entries: readonly Entry[]
  readonly tokens: readonly TokenLife[]
  readonly marks: readonly Mark[]
  /** What happened since the last button that the reader pressed. */
  readonly since: Tally
}

/** Counts for the sentence under a button. */
export interface Tally {
  readonly minted: number
  readonly rejected: number
  readonly replayed: number
  readonly shared: number
  /** Token requests of a session that brought no token. */
  readonly failed: number
}

export const nothingYet: Tally = { minted: 0, rejected: 0, replayed: 0, shared: 0, failed: 0 }

export const emptyHistory: History = { entries: [], tokens: [], marks: [], since: nothingYet }

const mostEntries = 200

export function addEntry(history: History, entry: Omit<Entry, 'id'>): History {
  const id = (history.entries.at(-1)?.id ?? 0) + 1
  return { ...history, entries: [...history.entries, { ...entry, id }].slice(-mostEntries) }
}

/** Adds a press of a button, after which the counts begin again. */
export function addPress(history: History, at: number, words: string): History {
  return { ...addEntry(history, { at, source: 'you', tone: 'plain', words }), since: nothingYet }
}

/** Adds an event of the session in a tab. */
export function addSessionEvent(
  history: History,
  at: number,
  source: 'page' | 'second-tab',
  event: SessionEvent,
): History {
  const line = lineOf(event)
  const told = line ? addEntry(history, { at, source, ...line }) : history
  return {
    ...told,
    tokens: source === 'page' ? livesAfter(told.tokens, at, event) : told.tokens,
    since: tallyAfter(told.since, event),
  }
}

/** Adds a request that the Forage API answered. The session does not see those of the SDK and of the backend. */
export function addApiRequest(history: History, at: number, request: AnsweredRequest): History {
  const { method, path, status } = request
  const isMint = path === '/api/session_token/' && status < 300
  const words = `${method} ${path} → ${status === 0 ? 'no answer' : status}`
  const tone: Tone = isMint || status < 300 ? 'plain' : status === 401 ? 'warning' : 'bad'
  const kind: Mark['kind'] = isMint
    ? 'minted'
    : status === 401
      ? 'rejected'
      : status >= 400 || status === 0
        ? 'failed'
        : 'answered'
  const told = addEntry(history, { at, source: 'forage', tone, words })
  const { since } = told
  return {
    ...told,
    marks: [...told.marks, { at, kind }].slice(-2 * mostEntries),
    since: isMint ? { ...since, minted: since.minted + 1 } : since,
  }
}

function livesAfter(lives: readonly TokenLife[], at: number, event: SessionEvent): readonly TokenLife[] {
  switch (event.type) {
    case 'token-received': {
      const { fingerprint, lifetimeMs } = event
      return [...endLast(lives, at), { fingerprint, from: at, expiresAt: at + lifetimeMs }].slice(-50)
    }
    case 'token-invalidated':
      return endLast(lives, at)
    default:
      return lives
  }
}

function endLast(lives: readonly TokenLife[], at: number): readonly TokenLife[] {
  const last = lives.at(-1)
  if (!last || last.endedAt !== undefined || last.expiresAt <= at) return lives
  return [...lives.slice(0, -1), { ...last, endedAt: at }]
}

function tallyAfter(tally: Tally, { type }: SessionEvent): Tally {
  if (type === 'request-rejected') return { ...tally, rejected: tally.rejected + 1 }
  if (type === 'token-failed') return { ...tally, failed: tally.failed + 1 }
  if (type === 'request-replayed') return { ...tally, replayed: tally.replayed + 1 }
  return type === 'tab-shared' ? { ...tally, shared: tally.shared + 1 } : tally
}

/** Returns the words for an event. Changes of the state follow from the other events, so they have none. */
function lineOf(event: SessionEvent): Pick<Entry, 'tone' | 'words'> | undefined {
  switch (event.type) {
    case 'token-requested':
      return { tone: 'plain', words: `The session asks the backend for a token (${reasons[event.reason]}).` }
    case 'token-received':
      return event.via === 'tab'
        ? undefined
        : {
            tone: 'good',
            words: `It received token ${event.fingerprint}, valid for ${minutes(event.lifetimeMs)}.`,
          }
    case 'token-failed':
      return {
        tone: 'bad',
        words: `It received no token: ${event.code}.${event.retryAt === null ? '' : ' It will try again.'}`,
      }
    case 'token-invalidated':
      return { tone: 'warning', words: `It dropped its token (${event.by}).` }
    case 'request-rejected':
      return { tone: 'warning', words: 'The API rejected the token of a request (401).' }
    case 'request-replayed':
      return event.ok
        ? { tone: 'good', words: 'The session sent the request again with the new token, and it succeeded.' }
        : { tone: 'bad', words: 'The session sent the request again, and it failed.' }
    case 'tab-shared':
      return { tone: 'good', words: `It took token ${event.fingerprint} from the other tab.` }
    case 'clock-stepped':
      return { tone: 'warning', words: `The clock of the device jumped by ${minutes(event.byMs)}.` }
    default:
      return undefined
  }
}

const reasons = {
  first: 'it has none yet',
  renewal: 'the current one is near its end',
  expired: 'the last one expired',
  rejected: 'the API rejected the last one',
} as const

function minutes(ms: number): string {
  const whole = Math.round(Math.abs(ms) / 60_000)
  return whole === 1 ? '1 minute' : `${whole} minutes`
}
