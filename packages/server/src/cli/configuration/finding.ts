/** Something `doctor` noticed. */
export interface Finding {
  /** Stable: to ignore it, or to alert on it. */
  id: string
  /** `error`: checkouts fail, or will. `warning`: they would, on a bad day. `note`: worth knowing. */
  severity: 'error' | 'warning' | 'note'
  what: string
  why: string
  /** What to do. */
  remedy: string
}

export function finding(
  severity: Finding['severity'],
  id: string,
  [what, why, remedy]: readonly [what: string, why: string, remedy: string],
): Finding {
  return { id, severity, what, why, remedy }
}
