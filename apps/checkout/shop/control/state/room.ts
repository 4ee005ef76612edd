import type { DemoEntry, DemoStatus, DemoUpdate } from '../../../src/merchant/api/demo-api.ts'
import type { PageEntry, PageFaults, PageMessage, RoomMessage } from './room-channel.ts'

export type RoomEntry = DemoEntry | PageEntry

/** The data of the control room about the shop, its backend and Forage. */
export interface Room {
  /** Whether the stream of the backend is connected. Undefined before the first answer. */
  readonly isConnected: boolean | undefined
  /** Newest first. */
  readonly entries: readonly RoomEntry[]
  /** The status of the demo over time, oldest first. */
  readonly statuses: readonly DemoStatus[]
  /** The shop's open pages. */
  readonly pages: ReadonlyMap<string, PageFaults>
  /** The pages that answered the last ping. */
  readonly answered: ReadonlySet<string>
}

export type RoomChange =
  | { readonly type: 'updated'; readonly update: DemoUpdate }
  | { readonly type: 'disconnected' }
  /** A message from a page or another control room. */
  | { readonly type: 'message'; readonly message: PageMessage | RoomMessage }
  | { readonly type: 'ping-sent' }

export const emptyRoom: Room = {
  isConnected: undefined,
  entries: [],
  statuses: [],
  pages: new Map(),
  answered: new Set(),
}

/** A demo lasts minutes, so older entries are not needed. */
const maxEntries = 1000

/** Returns the room after a change. No other function changes it. */
export function advance(room: Room, change: RoomChange): Room {
  switch (change.type) {
    case 'updated':
      return updated(room, change.update)
    case 'disconnected':
      return { ...room, isConnected: false }
    case 'message':
      return afterMessage(room, change.message)
    case 'ping-sent': {
      const pages = [...room.pages].filter(([page]) => room.answered.has(page))
      return { ...room, pages: new Map(pages), answered: new Set() }
    }
  }
}

function updated(room: Room, { isWhole, entries, status }: DemoUpdate): Room {
  // A restarted backend counts its entries from 1 again, so the old ones are removed.
  const kept = isWhole ? room.entries.filter(({ kind }) => kind === 'page') : room.entries
  const statuses = isWhole ? [] : room.statuses
  return {
    ...room,
    isConnected: true,
    entries: merged(kept, entries),
    statuses: [...statuses, status].slice(-maxEntries),
  }
}

function afterMessage(room: Room, message: PageMessage | RoomMessage): Room {
  switch (message.type) {
    case 'entries':
      return { ...room, entries: merged(room.entries, message.entries) }
    case 'here': {
      const { page, faults } = message
      return {
        ...room,
        pages: new Map(room.pages).set(page, faults),
        answered: new Set(room.answered).add(page),
      }
    }
    case 'gone':
      return { ...room, pages: new Map([...room.pages].filter(([page]) => page !== message.page)) }
    default:
      return room
  }
}

/** Merges the entries, newest first, without duplicates. */
function merged(entries: readonly RoomEntry[], added: readonly RoomEntry[]): readonly RoomEntry[] {
  const known = new Set(entries.map(keyOf))
  const fresh = added.filter((entry) => !known.has(keyOf(entry)))
  if (fresh.length === 0) return entries
  return [...fresh.toReversed(), ...entries].toSorted((a, b) => b.at - a.at).slice(0, maxEntries)
}

/** Returns a unique key, because pages and the backend number their entries separately. */
export function keyOf({ kind, id }: RoomEntry): string {
  return kind === 'page' || kind === 'webhook' ? `${kind} ${id}` : id
}

/** Returns the faults of any page, because the buttons apply to all pages at once. */
export function pageFaults({ pages }: Room): PageFaults {
  const all = [...pages.values()]
  return {
    isOffline: all.some(({ isOffline }) => isOffline),
    skewMs: all.find(({ skewMs }) => skewMs !== 0)?.skewMs ?? 0,
  }
}
