import { never } from '../failure-policy.ts'

/** The names of times in a document end like this; durations are named differently. */
const timeName = /^(at|until)$|(At|Until|After)$/
const timeLists = new Set(['mints', 'invalidations'])

/**
 * Moves every time in a document, or in the input of a transition, by `ms`. So instances whose clocks differ read the same
 * document, each in its own time.
 */
export function shiftTimes<T>(value: T, ms: number): T {
  return ms === 0 ? value : (shifted(value, ms) as T)
}

function shifted(value: unknown, ms: number): unknown {
  if (Array.isArray(value)) return value.map((each) => shifted(each, ms))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shiftedField(name, each, ms)]))
}

function shiftedField(name: string, value: unknown, ms: number): unknown {
  if (timeLists.has(name) && Array.isArray(value)) return value.map((at: number) => at + ms)
  if (typeof value === 'number') return timeName.test(name) && value !== never ? value + ms : value
  return shifted(value, ms)
}
