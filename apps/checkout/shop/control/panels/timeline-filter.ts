import type { RoomEntry } from '../state/room.ts'

/** The sources of entries. `you` stands for the fault buttons. */
export const groups = ['page', 'forage', 'backend', 'webhook', 'you'] as const

export type Group = (typeof groups)[number]

export function groupOf(entry: RoomEntry): Group {
  if (entry.kind === 'request') return 'forage'
  if (entry.kind === 'fault') return 'you'
  if (entry.kind === 'page') return entry.event.type === 'faults-caused' ? 'you' : 'page'
  return entry.kind
}

/** More rows would make the page slow. */
const maxShown = 200

export function shownEntries(entries: readonly RoomEntry[], hidden: ReadonlySet<Group>): RoomEntry[] {
  return entries.filter((entry) => !hidden.has(groupOf(entry))).slice(0, maxShown)
}

export function toggled(hidden: ReadonlySet<Group>, group: Group): ReadonlySet<Group> {
  const next = new Set(hidden)
  if (!next.delete(group)) next.add(group)
  return next
}
