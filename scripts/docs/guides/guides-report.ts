import type { Tally } from '../../gates/tally.ts'

/** The report that check-guides.ts writes for the test command. */
export interface GuidesReport {
  tally: Tally
  /** One sentence for each skipped guide that says why. */
  notes: string[]
}
