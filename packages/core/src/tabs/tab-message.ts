import { asRecord } from '../shared/as-record.ts'
import type { ForageSessionErrorCode } from '../shared/errors.ts'

/** A token as one tab gives it to another. Its age is told, because the tabs' monotonic clocks differ. */
export interface TokenOffer {
  readonly token: string
  readonly lifetimeMs: number
  readonly ageMs: number
  /** Wall time: tabs of one device share it. */
  readonly postedAt: number
}

/** What tabs of one checkout say to each other. `id` is the speaker. */
export type TabMessage = { readonly id: string } & (
  | { readonly type: 'ask' }
  /** "I would fetch", or with `fetching`: "I do". */
  | { readonly type: 'claim'; readonly fetching: boolean }
  | ({ readonly type: 'offer' } & TokenOffer)
  /** A request failed; how long to leave the endpoint alone. A terminal failure is `gone`. */
  | { readonly type: 'failed'; readonly code: ForageSessionErrorCode; readonly retryInMs: number }
  /** "I do not fetch any more." */
  | { readonly type: 'gone' }
  | { readonly type: 'clear' }
)

/** A message before its speaker is named. */
export type TabStatement = TabMessage extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'id'>
    : never
  : never

export type TabFailure = Pick<Extract<TabMessage, { type: 'failed' }>, 'code' | 'retryInMs'>

/** Undefined: not one of ours. Any script of the origin can post to the channel. */
export function readTabMessage(value: unknown): TabMessage | undefined {
  const message = asRecord(value)
  const fields = typeof message['id'] === 'string' ? shapes.get(message['type']) : undefined
  const isOurs = fields && Object.entries(fields).every(([name, type]) => hasType(message[name], type))
  return isOurs ? (value as TabMessage) : undefined
}

type Shape = Record<string, 'string' | 'number' | 'boolean'>

/** A Map: an object would know a `toString`, too. */
const shapes: ReadonlyMap<unknown, Shape> = new Map<unknown, Shape>([
  ['ask', {}],
  ['claim', { fetching: 'boolean' }],
  ['offer', { token: 'string', lifetimeMs: 'number', ageMs: 'number', postedAt: 'number' }],
  ['failed', { code: 'string', retryInMs: 'number' }],
  ['gone', {}],
  ['clear', {}],
])

function hasType(value: unknown, type: string): boolean {
  return typeof value === type && (type !== 'number' || Number.isFinite(value))
}
