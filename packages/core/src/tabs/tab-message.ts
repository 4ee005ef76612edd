import { asRecord } from '../shared/as-record.ts'
import type { ForageSessionErrorCode } from '../shared/errors.ts'

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
  /** A token request failed; the endpoint is left alone for `retryInMs`. A final failure is `gone`. */
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

/** Returns the message, or undefined if it is not one of ours: any script of the origin can post to the channel. */
export function readTabMessage(value: unknown): TabMessage | undefined {
  const message = asRecord(value)
  const fields = typeof message['id'] === 'string' ? shapes.get(message['type']) : undefined
  const isOurs = fields && Object.entries(fields).every(([name, like]) => isLike(message[name], like))
  return isOurs ? (value as TabMessage) : undefined
}

/** The members of a message, each with a value of its type. */
type Shape = Record<string, string | number | boolean>

/** A Map, because an object would also know `toString`. */
const shapes: ReadonlyMap<unknown, Shape> = new Map<unknown, Shape>([
  ['ask', {}],
  ['claim', { fetching: true }],
  ['offer', { token: '', lifetimeMs: 0, ageMs: 0, postedAt: 0 }],
  ['failed', { code: '', retryInMs: 0 }],
  ['gone', {}],
  ['clear', {}],
])

function isLike(value: unknown, like: string | number | boolean): boolean {
  return like === 0 ? Number.isFinite(value) : typeof value === typeof like
}
