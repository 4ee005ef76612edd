import type { PageEvent } from '../state/room-channel.ts'
import type { RoomEntry } from '../state/room.ts'
import { faultNames, outcomeWords, pageFaultWords } from './fault-words.ts'
import { duration } from './readable.ts'

/** The kind of an entry. Each tone has its own color and sign, so that color is not the only difference. */
export type Tone = 'good' | 'bad' | 'again' | 'act' | 'plain'

export interface EntryWords {
  readonly tone: Tone
  readonly title: string
  readonly detail: string
}

type Of<Kind extends RoomEntry['kind']> = Extract<RoomEntry, { kind: Kind }>

/** Returns the texts of an entry for the timeline. */
export function entryWords(entry: RoomEntry): EntryWords {
  switch (entry.kind) {
    case 'request':
      return requestWords(entry.request)
    case 'backend':
      return backendWords(entry.event)
    case 'webhook':
      return webhookWords(entry.delivery)
    case 'fault':
      return words('act', faultNames[entry.fault], outcomeWords(entry.fault, entry.outcome))
    case 'page':
      return pageWords(entry.event)
  }
}

function requestWords({
  method,
  path,
  status,
  durationMs,
  fingerprint,
}: Of<'request'>['request']): EntryWords {
  const answer = status === 0 ? 'no answer' : String(status)
  const isBad = status === 0 || status >= 400
  const token = fingerprint !== undefined && `token ${fingerprint}`
  return words(isBad ? 'bad' : 'good', `${answer} ${method} ${path}`, duration(durationMs), token)
}

function webhookWords({ type, status, attempt }: Of<'webhook'>['delivery']): EntryWords {
  const isGood = status >= 200 && status < 300
  const answer = status === 0 ? 'no answer' : String(status)
  return words(isGood ? 'good' : 'bad', `Webhook ${type}`, answer, attempt > 1 && `attempt ${attempt}`)
}

function backendWords(event: Of<'backend'>['event']): EntryWords {
  switch (event.type) {
    case 'session-token-minted':
      return words(
        'good',
        'Session token minted',
        event.fingerprint,
        `from ${event.parent}`,
        duration(event.durationMs),
      )
    case 'session-token-failed':
      return words('bad', 'No session token', event.code)
    case 'request-answered':
      return words(
        event.status < 400 ? 'good' : 'bad',
        `Token endpoint answered ${event.status}`,
        event.code,
        duration(event.durationMs),
      )
    case 'authentication-token-requested':
      return words('plain', 'Authentication token requested')
    case 'authentication-token-received':
      return words('good', 'Authentication token received', event.fingerprint)
    case 'authentication-token-unauthorized':
      return words('bad', 'Authentication token refused', event.fingerprint)
    case 'ip-limit-off':
      return words('plain', 'Requests are not limited by IP address')
    default:
      return words('plain', sentence(event.type), 'fingerprint' in event && event.fingerprint)
  }
}

const invalidationReasons = {
  rejected: 'refused by Forage',
  expired: 'expired',
  clear: 'cleared',
  checkout: 'another order',
  close: 'the page was closed',
  restored: 'the page was restored',
}
const sources = { endpoint: 'the backend', tab: 'another tab', prime: 'the page' }

function pageWords(event: PageEvent): EntryWords {
  switch (event.type) {
    case 'faults-caused':
      return words('act', 'Shop’s page', pageFaultWords(event.faults))
    case 'token-requested':
      return words('plain', 'Token requested', `reason: ${event.reason}`)
    case 'token-received':
      return words(
        'good',
        'New token',
        event.fingerprint,
        `for ${duration(event.lifetimeMs)}`,
        `from ${sources[event.via]}`,
      )
    case 'token-failed':
      return words('bad', 'No token', event.code, event.retryAt !== null && 'will be retried')
    case 'token-invalidated':
      return words('bad', 'Token dropped', event.fingerprint, invalidationReasons[event.by])
    case 'request-rejected':
      return words('bad', 'Refused', requestOf(event), event.code)
    case 'request-replayed':
      return words(
        event.ok ? 'again' : 'bad',
        'Sent again',
        requestOf(event),
        event.ok ? 'succeeded' : 'refused again',
      )
    case 'replay-refused':
      return words('bad', 'Not sent again', requestOf(event), event.why)
    case 'lifetime-too-short':
      return words('plain', 'Short-lived token', duration(event.lifetimeMs))
    case 'lifetime-ignored':
      return words('plain', 'Lifetime ignored', `expires_in is of type ${event.received}`)
    case 'clock-stepped':
      return words(
        'plain',
        'The clock was set',
        `by ${event.byMs < 0 ? '−' : '+'}${duration(Math.abs(event.byMs))}`,
      )
    case 'tab-shared':
      return words('good', 'Token shared with a tab', event.fingerprint)
    case 'state':
      return words('plain', 'Session', `${event.from} → ${event.to}`)
  }
}

function requestOf({ method, url }: { method: string; url: string }): string {
  return `${method} ${URL.parse(url)?.pathname ?? url}`
}

/** Returns `Pool rotated` for `pool-rotated`. */
function sentence(type: string): string {
  const text = type.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function words(tone: Tone, title: string, ...details: (string | false | undefined)[]): EntryWords {
  return { tone, title, detail: details.filter(Boolean).join(' · ') }
}
