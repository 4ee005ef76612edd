/** A hard cap on token requests, over every cause: a loop in a page must not mint tokens without end. */
export interface Budget {
  readonly max: number
  readonly perMs: number
}

/** When the next token request is allowed, given when the last ones were made. At most `now` if it is now. */
export function nextAllowed(budget: Budget, spentAt: readonly number[], now: number): number {
  const recent = spentAt.filter((at) => at > now - budget.perMs)
  const oldest = recent[recent.length - budget.max]
  return oldest === undefined ? now : oldest + budget.perMs
}

/** The record with one more request, without what no longer counts. */
export function spend(budget: Budget, spentAt: readonly number[], now: number): readonly number[] {
  return [...spentAt.filter((at) => at > now - budget.perMs), now]
}
