/** A problem, or a fact worth knowing, that `doctor` found. */
export interface Finding {
  /** A stable id, to ignore the finding or to alert on it. */
  id: string
  /** `error`: checkouts fail or will fail. `warning`: they fail in rare situations. `note`: worth knowing. */
  severity: 'error' | 'warning' | 'note'
  what: string
  why: string
  /** One sentence that says what to do. */
  remedy: string
}

/** One subject that `doctor` checked, with its findings. */
export interface Examination {
  name: string
  findings: Finding[]
}

export function finding(
  severity: Finding['severity'],
  id: string,
  [what, why, remedy]: readonly [what: string, why: string, remedy: string],
): Finding {
  return { id, severity, what, why, remedy }
}
