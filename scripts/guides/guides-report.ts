import type { Tally } from '../tally.ts'

/** What check-guides.ts leaves for whoever counts tests. */
export interface GuidesReport {
  tally: Tally
  /** Why a guide was skipped, a sentence each. */
  notes: string[]
}
