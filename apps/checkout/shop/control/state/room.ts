import type { DemoEntry, DemoStatus, DemoUpdate } from '../../../src/merchant/api/demo-api.ts'
import type { PageEntry, PageFaults, PageMessage, RoomMessage } from './room-message.ts'

export type RoomEntry = DemoEntry | PageEntry

/** What is known of the shop, its backend and Forage. */
export interface Room {
  /** Undefined: there was no answer yet. */
  readonly isConnected: boolean | undefined
  /** Newest first. */
  readonly entries: readonly RoomEntry[]
  /** How things stood, oldest first. */
  readonly statuses: readonly DemoStatus[]
  /** The shop's open pages. */
  readonly pages: ReadonlyMap<string, PageFaults>
  /** Those of them that answered since they were asked last. */
  readonly answered: ReadonlySet<string>
}

export type RoomChange =
  | { readonly type: 'updated'; readonly update: DemoUpdate }
  | { readonly type: 'disconnected' }
  /** Of a page, or of another control room. */
  | { readonly type: 'heard'; readonly message: PageMessage | RoomMessage }
  /** The pages are asked again whether they are there. */
  | { readonly type: 'asked' }

export const emptyRoom: Room = {
  isConnected: undefined,
  entries: [],
  statuses: [],
  pages: new Map(),
  answered: new Set(),
}

/** A demo lasts minutes: more would only cost memory. */
const maxEntries = 1000

/** The one place where it changes. */
export function advance(room: Room, change: RoomChange): Room {
  switch (change.type) {
    case 'updated':
      return updated(room, change.update)
    case 'disconnected':
      return { ...room, isConnected: false }
    case 'heard':
      return heard(room, change.message)
    case 'asked': {
      const pages = [...room.pages].filter(([page]) => room.answered.has(page))
      return { ...room, pages: new Map(pages), answered: new Set() }
    }
  }
}

function updated(room: Room, { isWhole, entries, status }: DemoUpdate): Room {
  // A backend that was started again counts from one.
  const kept = isWhole ? room.entries.filter(({ kind }) => kind === 'page') : room.entries
  const statuses = isWhole ? [] : room.statuses
  return {
    ...room,
    isConnected: true,
    entries: merged(kept, entries),
    statuses: [...statuses, status].slice(-maxEntries),
  }
}

function heard(room: Room, message: PageMessage | RoomMessage): Room {
  switch (message.type) {
    case 'told':
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

/** Newest first; what is told twice is there once. */
function merged(entries: readonly RoomEntry[], added: readonly RoomEntry[]): readonly RoomEntry[] {
  const known = new Set(entries.map(keyOf))
  const fresh = added.filter((entry) => !known.has(keyOf(entry)))
  if (fresh.length === 0) return entries
  return [...fresh.toReversed(), ...entries].toSorted((a, b) => b.at - a.at).slice(0, maxEntries)
}

/** Pages and backend count each for itself. */
export function keyOf({ kind, id }: RoomEntry): string {
  return kind === 'page' || kind === 'webhook' ? `${kind} ${id}` : id
}

/** The faults of the page that has most of them: the buttons are for all pages at once. */
export function pageFaults({ pages }: Room): PageFaults {
  const all = [...pages.values()]
  return {
    isOffline: all.some(({ isOffline }) => isOffline),
    skewMs: all.find(({ skewMs }) => skewMs !== 0)?.skewMs ?? 0,
  }
}
