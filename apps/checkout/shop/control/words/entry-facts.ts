import type { RoomEntry } from '../state/room.ts'

/** Returns all known fields of an entry, for its details. */
export function entryFacts(entry: RoomEntry): (readonly [name: string, value: string])[] {
  const known = Object.entries(factsOf(entry)).filter(([, value]) => value !== undefined)
  return [
    ['time', new Date(entry.at).toISOString()],
    ...known.map(([name, value]) => [spaced(name), factValue(value)] as const),
  ]
}

function factsOf(entry: RoomEntry): object {
  switch (entry.kind) {
    case 'request':
      return { ...entry.request, at: undefined }
    case 'webhook':
      return { ...entry.delivery, at: undefined }
    case 'fault':
      return { fault: entry.fault, ...entry.outcome }
    case 'backend':
      return { ...entry.event, at: undefined }
    case 'page':
      return { page: entry.page, ...entry.event, at: undefined }
  }
}

function factValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Returns `duration ms` for `durationMs`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
