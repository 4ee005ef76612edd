/** A hard limit on how often something happens, so that a loop in a page does not mint tokens endlessly. */
export interface Budget {
  readonly max: number
  readonly perMs: number
}

/** Returns when the next time is allowed: at most the current time if it is allowed now. */
export function nextAllowed(budget: Budget, spentAt: readonly number[]): number {
  return (spentAt.at(-budget.max) ?? -Infinity) + budget.perMs
}

/** Returns the record with one more time, without the times that no longer count. */
export function spend({ max }: Budget, spentAt: readonly number[], now: number): readonly number[] {
  return [...spentAt, now].slice(-max)
}
