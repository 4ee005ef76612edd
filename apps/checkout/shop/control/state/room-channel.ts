import type { SessionEvent, TabChannel } from '@forage-session/core'

/** The faults that a page of the shop can have. */
export interface PageFaults {
  /** The page's requests fail, as if the network were down. */
  readonly isOffline: boolean
  /** How far the clock of the page's session is off, in ms. */
  readonly skewMs: number
}

/** An event of a page's session, or faults that were caused in the page. Events have fingerprints, never tokens. */
export type PageEvent =
  | SessionEvent
  | { readonly type: 'faults-caused'; readonly at: number; readonly faults: PageFaults }

export interface PageEntry {
  readonly kind: 'page'
  readonly id: string
  /** The time in ms since the epoch, by a clock without skew. */
  readonly at: number
  readonly page: string
  readonly event: PageEvent
}

/** The messages of the shop's pages. Every page and control room receives every message. */
export type PageMessage =
  | { readonly type: 'here'; readonly page: string; readonly faults: PageFaults }
  | { readonly type: 'gone'; readonly page: string }
  | { readonly type: 'entries'; readonly entries: readonly PageEntry[] }

/** The messages of control rooms. */
export type RoomMessage =
  /** Each page answers with `here`. */
  | { readonly type: 'ping' }
  /** Each page sends the entries that it kept. */
  | { readonly type: 'send-entries' }
  /** Each page causes these faults in itself. */
  | { readonly type: 'faults'; readonly faults: PageFaults }

/** Opens the channel between the shop's pages and control rooms. Returns undefined if the browser blocks it. */
export function openRoomChannel(): TabChannel | undefined {
  try {
    const channel = new BroadcastChannel('checkout control room')
    return {
      postMessage: (message) => channel.postMessage(message),
      onMessage: (listener) => {
        channel.onmessage = ({ data }) => listener(data)
      },
      close: () => channel.close(),
    }
  } catch {
    return undefined
  }
}
