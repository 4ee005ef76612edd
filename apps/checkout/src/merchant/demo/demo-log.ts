import type { DemoEntry, DemoHappening } from '../api/demo-api.ts'

export interface DemoLog {
  note(happening: DemoHappening): void
  /** Oldest first. Undefined: all that are kept. */
  after(id: string | undefined): DemoEntry[]
}

/** So many are kept at least. */
const maxEntries = 500

/** What happened to the emulator and the backend lately. To note costs next to nothing: a demo may be under load. */
export function createDemoLog(now: () => number): DemoLog {
  const entries: DemoEntry[] = []
  let count = 0
  return {
    note: (happening) => {
      count += 1
      entries.push({ id: String(count), at: now(), ...happening })
      if (entries.length >= 2 * maxEntries) entries.splice(0, maxEntries)
    },
    after: (id = '0') => entries.slice(Math.max(0, entries.length - (count - Number(id)))),
  }
}
