/** A hard cap on how often something happens: a loop in a page must not mint tokens without end. */
export interface Budget {
  readonly max: number
  readonly perMs: number
}

/** When the next time is allowed, given when the last ones were. At most `now` if it is now. */
export function nextAllowed({ max, perMs }: Budget, spentAt: readonly number[]): number {
  return (spentAt.at(-max) ?? -Infinity) + perMs
}

/** The record with one more, without what no longer counts. */
export function spend({ max }: Budget, spentAt: readonly number[], now: number): readonly number[] {
  return [...spentAt, now].slice(-max)
}
