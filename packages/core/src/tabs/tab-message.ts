import { asRecord } from '../shared/as-record.ts'
import { isUnanswered, type ForageSessionError, type ForageSessionErrorCode } from '../shared/errors.ts'

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

/**
 * Returns the message, or undefined if what it says is malformed or absurd: any script of the origin can post to the
 * channel. A message of an unknown type means nothing to anyone.
 */
export function readTabMessage(value: unknown): TabMessage | undefined {
  const { type, token, lifetimeMs, ageMs, postedAt, code, retryInMs } = asRecord(value)
  // A session token lives for minutes: a longer lifetime than a day is a mistake or a lie.
  const isSound =
    type === 'offer'
      ? typeof token === 'string' &&
        isSpan(lifetimeMs, dayMs) &&
        isSpan(ageMs, Infinity) &&
        Number.isFinite(postedAt)
      : type !== 'failed' || (isShareableCode(code) && isSpan(retryInMs, Infinity))
  return isSound ? (value as TabMessage) : undefined
}

/**
 * Returns whether other tabs leave the endpoint alone as well after this failure: it is too busy, broken or out of
 * reach. Any other failure may have a cause in the tab itself, or is final.
 */
export function isShareable({ code, status = 500 }: ForageSessionError): boolean {
  return isShareableCode(code) && (status === 429 || status >= 500)
}

function isShareableCode(code: unknown): boolean {
  return isUnanswered(code) || code === 'endpoint_rate_limited' || code === 'endpoint_failed'
}

function isSpan(value: unknown, most: number): boolean {
  return Number.isFinite(value) && (value as number) >= 0 && (value as number) <= most
}
