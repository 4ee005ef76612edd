import type { SessionEvent } from '@forage-session/core'
import type { AnsweredRequest } from '@forage-session/emulator'

import { wordsOf, type Tone } from './event-words.ts'
import { nothingYet, tallyAfter, type Tally } from './tally.ts'

/** Who did something: a tab of the customer, the merchant's backend, the Forage API, or the reader. */
export type Source = 'page' | 'second-tab' | 'backend' | 'forage' | 'you'

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
  /** The counts of the last button that the reader pressed. */
  readonly tally: Tally
  /** Whether the effects of that button are not over yet. Later events are not its effects. */
  readonly isCounting: boolean
}

export const emptyHistory: History = {
  entries: [],
  tokens: [],
  marks: [],
  tally: nothingYet,
  isCounting: false,
}

const mostEntries = 200
const mintPath = '/api/session_token/'
const tones: Readonly<Record<Mark['kind'], Tone>> = {
  answered: 'plain',
  minted: 'plain',
  rejected: 'warning',
  failed: 'bad',
}

export function addEntry(history: History, entry: Omit<Entry, 'id'>): History {
  const id = (history.entries.at(-1)?.id ?? 0) + 1
  return { ...history, entries: [...history.entries, { ...entry, id }].slice(-mostEntries) }
}

/** Adds the press of a button: the counts begin again. */
export function addPress(history: History, at: number, words: string): History {
  const told = addEntry(history, { at, source: 'you', tone: 'plain', words })
  return { ...told, tally: nothingYet, isCounting: true }
}

/** Ends the counts, when the effects of the button are over. */
export function endPress(history: History): History {
  return { ...history, isCounting: false }
}

/** Returns whether the session of the page holds a token that is still valid. */
export function holdsToken({ tokens }: History, at: number): boolean {
  const last = tokens.at(-1)
  return last !== undefined && last.endedAt === undefined && last.expiresAt > at
}

/** Adds an event of the session in a tab. */
export function addSessionEvent(
  history: History,
  at: number,
  source: 'page' | 'second-tab',
  event: SessionEvent,
): History {
  const said = wordsOf(event)
  const told = said ? addEntry(history, { at, source, ...said }) : history
  return {
    ...told,
    tokens: source === 'page' ? livesAfter(told.tokens, at, event) : told.tokens,
    tally: told.isCounting ? tallyAfter(told.tally, event) : told.tally,
  }
}

/** Adds a request that the Forage API answered. The session does not see those of the SDK and of the backend. */
export function addApiRequest(history: History, at: number, request: AnsweredRequest): History {
  const { method, path, status } = request
  const words = `${method} ${path} → ${status === 0 ? 'no answer' : status}`
  const kind = kindOf(request)
  const told = addEntry(history, { at, source: 'forage', tone: tones[kind], words })
  const { tally, isCounting } = told
  return {
    ...told,
    marks: [...told.marks, { at, kind }].slice(-2 * mostEntries),
    tally: isCounting && kind === 'minted' ? { ...tally, minted: tally.minted + 1 } : tally,
  }
}

function kindOf({ path, status }: AnsweredRequest): Mark['kind'] {
  if (status === 401) return 'rejected'
  if (status === 0 || status >= 400) return 'failed'
  return path === mintPath ? 'minted' : 'answered'
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
