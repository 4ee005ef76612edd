import type { SessionEvent } from '@forage-session/core'

import type { Tone } from './pill-state.ts'
import { duration, timeOfDay } from './readable-time.ts'
import type { LogEntry } from './recording.ts'

export interface EventWords {
  readonly tone: Tone
  readonly title: string
  readonly detail: string
}

/** Returns the text of an entry. URLs and codes are untrusted, so anything that looks like a token is masked. */
export function entryWords(entry: LogEntry): EventWords {
  if (entry.kind === 'action') return { tone: 'none', title: 'You', detail: entry.words }
  const { tone, title, detail } = eventWords(entry.event)
  return { tone, title, detail: masked(detail) }
}

/** Returns all fields of an entry, for the details. */
export function entryFacts(entry: LogEntry): (readonly [name: string, value: string])[] {
  if (entry.kind === 'action') return [['action', entry.words]]
  return Object.entries(entry.event)
    .filter(([name, value]) => name !== 'at' && value !== undefined)
    .map(([name, value]) => [spaced(name), masked(factValue(name, value))] as const)
}

const sources = { endpoint: 'the endpoint', tab: 'another tab', prime: 'the page' }
const losses = {
  rejected: 'refused by the API',
  expired: 'expired',
  clear: 'by clear()',
  checkout: 'the checkout changed',
  close: 'the session closed',
  restored: 'the page was restored',
}

function eventWords(event: SessionEvent): EventWords {
  switch (event.type) {
    case 'token-requested':
      return wordsOf(
        'fetching',
        'Token requested',
        event.reason,
        event.attempt > 1 && `attempt ${event.attempt}`,
      )
    case 'token-received':
      return wordsOf(
        'fresh',
        'Token received',
        event.fingerprint,
        `for ${duration(event.lifetimeMs)}`,
        `from ${sources[event.via]}`,
      )
    case 'token-failed':
      return wordsOf('failed', 'Token request failed', event.code, retryWords(event.at, event.retryAt))
    case 'token-invalidated':
      return wordsOf('stale', 'Token dropped', event.fingerprint, losses[event.by])
    case 'request-rejected':
      return wordsOf('failed', '401 from the API', requestWords(event), event.code)
    case 'request-replayed':
      return wordsOf(event.ok ? 'fresh' : 'failed', replayTitle(event.ok), requestWords(event))
    case 'replay-refused':
      return wordsOf('stale', 'Not sent again', requestWords(event), event.why)
    case 'lifetime-too-short':
      return wordsOf('stale', 'Lifetime too short', `lifetime ${duration(event.lifetimeMs)}`)
    case 'lifetime-ignored':
      return wordsOf('stale', 'Lifetime ignored', `expires_in is of type ${event.received}`)
    case 'clock-stepped':
      return wordsOf(
        'stale',
        'Clock stepped',
        `${event.byMs < 0 ? '−' : '+'}${duration(Math.abs(event.byMs))}`,
      )
    case 'tab-shared':
      return wordsOf('fresh', 'Shared by a tab', event.fingerprint)
    case 'state':
      return wordsOf('none', 'State', `${event.from} → ${event.to}`)
  }
}

function wordsOf(tone: Tone, title: string, ...details: (string | false | undefined)[]): EventWords {
  return { tone, title, detail: details.filter(Boolean).join(' · ') }
}

function replayTitle(isOk: boolean): string {
  return isOk ? 'Sent again ✓' : 'Sent again, refused'
}

function retryWords(at: number, retryAt: number | null): string {
  return retryAt === null ? 'no automatic retry' : `retry in ${duration(Math.max(0, retryAt - at))}`
}

function requestWords({ method, url }: { method: string; url: string }): string {
  return `${method} ${URL.canParse(url) ? new URL(url).pathname : url}`
}

function factValue(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return duration(Math.abs(value))
  if (typeof value === 'number' && name.endsWith('At')) return timeOfDay(value)
  return String(value)
}

/** Turns a field name into words: `lifetimeMs` → `lifetime`, `retryAt` → `retry at`. */
function spaced(name: string): string {
  return name
    .replace(/Ms$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
}

/** Hides tokens whole: the first part of a session token ends in padding, which a URL encodes as `%3D`. */
function masked(text: string): string {
  return text.replaceAll(/[a-z]+_[\w.=%-]{20,}|\beyJ[\w.=%-]{10,}/gi, (found) =>
    /^[a-z_]+$/.test(found) ? found : '[hidden]',
  )
}
