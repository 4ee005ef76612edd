import type { DemoEntry, DemoHappening } from '../api/demo-api.ts'

export interface DemoLog {
  note(happening: DemoHappening): void
  /** Returns the entries after this id, oldest first. If `id` is undefined, returns all kept entries. */
  after(id: string | undefined): DemoEntry[]
}

/** The log keeps at least this number of entries, and at most twice as many. */
const minKept = 500

/** Creates a log of the latest happenings. `note` is cheap, because the demo may be under load. */
export function createDemoLog(now: () => number): DemoLog {
  const entries: DemoEntry[] = []
  let count = 0
  return {
    note: (happening) => {
      count += 1
      entries.push({ id: String(count), at: now(), ...happening })
      if (entries.length >= 2 * minKept) entries.splice(0, minKept)
    },
    after: (id = '0') => entries.slice(Math.max(0, entries.length - (count - Number(id)))),
  }
}
