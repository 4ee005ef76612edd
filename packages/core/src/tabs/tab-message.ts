import { asRecord } from '../shared/as-record.ts'
import type { ForageSessionError, ForageSessionErrorCode } from '../shared/errors.ts'

/** A token that one tab gives to another. It carries its age, because the tabs' monotonic clocks differ. */
export interface TokenOffer {
  readonly token: string
  readonly lifetimeMs: number
  readonly ageMs: number
  /** Wall time, which the tabs of one device share. */
  readonly postedAt: number
}

/** A message between the tabs of one checkout. `id` is the sender. */
export type TabMessage = { readonly id: string } & (
  | { readonly type: 'ask' }
  /** The sender is ready to fetch a token; with `fetching`, it does so already. */
  | { readonly type: 'claim'; readonly fetching: boolean }
  | ({ readonly type: 'offer' } & TokenOffer)
  /** A token request failed; the endpoint is left alone for `retryInMs`. For most failures a tab is just `gone`. */
  | { readonly type: 'failed'; readonly code: ForageSessionErrorCode; readonly retryInMs: number }
  /** The sender no longer fetches. */
  | { readonly type: 'gone' }
  | { readonly type: 'clear' }
)

/** A message before it gets its sender. */
export type TabStatement = TabMessage extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'id'>
    : never
  : never

/** Another tab's failed token request. */
export type TabFailure = Pick<Extract<TabMessage, { type: 'failed' }>, 'code' | 'retryInMs'>

const dayMs = 24 * 60 * 60 * 1000

/** Returns the message, or undefined if it is malformed or absurd: any script of the origin can post to the channel. */
export function readTabMessage(value: unknown): TabMessage | undefined {
  return isTabMessage(asRecord(value)) ? (value as TabMessage) : undefined
}

function isTabMessage(message: Record<PropertyKey, unknown>): boolean {
  const { id, type, fetching, token, lifetimeMs, ageMs, postedAt, code, retryInMs } = message
  if (typeof id !== 'string') return false
  switch (type) {
    case 'claim':
      return typeof fetching === 'boolean'
    case 'offer':
      // A session token lives for minutes: a longer lifetime than a day is a mistake or a lie.
      return (
        typeof token === 'string' &&
        isSpan(lifetimeMs, dayMs) &&
        isSpan(ageMs, Infinity) &&
        Number.isFinite(postedAt)
      )
    case 'failed':
      return isShareableCode(code) && isSpan(retryInMs, Infinity)
    default:
      return type === 'ask' || type === 'gone' || type === 'clear'
  }
}

/**
 * Returns whether other tabs leave the endpoint alone as well after this failure: it is too busy, broken or out of
 * reach. Any other failure may have a cause in the tab itself, or is final.
 */
export function isShareable({ code, status = 500 }: ForageSessionError): boolean {
  return isShareableCode(code) && (status === 429 || status >= 500)
}

function isShareableCode(code: unknown): boolean {
  return ['endpoint_rate_limited', 'endpoint_failed', 'endpoint_unreachable', 'endpoint_timeout'].includes(
    code as string,
  )
}

function isSpan(value: unknown, most: number): boolean {
  return Number.isFinite(value) && (value as number) >= 0 && (value as number) <= most
}
