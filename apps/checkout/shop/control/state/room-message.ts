import type { SessionEvent } from '@forage-session/core'

/** What the shop's pages and control rooms say to each other; all of them hear all of it. */
export const roomChannelName = 'checkout control room'

/** What a page does to itself. */
export interface PageFaults {
  /** Its requests fail, as if the network had dropped. */
  readonly isOffline: boolean
  /** How far the clock of its session is off. */
  readonly skewMs: number
}

/** What the session of a page told, which names tokens by their fingerprints; or what was done to the page. */
export type PageEvent =
  | SessionEvent
  | { readonly type: 'faults-caused'; readonly at: number; readonly faults: PageFaults }

export interface PageEntry {
  readonly kind: 'page'
  readonly id: string
  /** In ms since the epoch, on a clock that is never off. */
  readonly at: number
  readonly page: string
  readonly event: PageEvent
}

export type PageMessage =
  | { readonly type: 'here'; readonly page: string; readonly faults: PageFaults }
  | { readonly type: 'gone'; readonly page: string }
  | { readonly type: 'told'; readonly entries: readonly PageEntry[] }

export type RoomMessage =
  /** Who is there? */
  | { readonly type: 'hello' }
  /** What was told before the room was opened? */
  | { readonly type: 'recall' }
  | { readonly type: 'faults'; readonly faults: PageFaults }
