import type { Row } from '../measurement.ts'
import type { Result } from './results.ts'

/** Matches `<!-- =size.core KB -->11.2 kB<!-- = -->`: the measurement, the row and the unit. */
const marked = /<!-- =(\w+)\.([\w.-]+?)(?: (\w+))? -->.*?<!-- = -->/g

/** The peers that refresh a token after a 401 of an HTTP client, as a shop's own interceptor does. */
const interceptors = [
  'axios-auth-refresh',
  'ky README, beforeRetry',
  'ky README, afterResponse',
  'RTK Query docs',
]

const grouped = new Intl.NumberFormat('en')

const units: Readonly<Record<string, (row: Row) => string>> = {
  KB: ({ ours }) => `${(ours / 1000).toFixed(1)} kB`,
  NS: ({ ours }) => `${Math.round(ours)} ns`,
  N: ({ ours }) => grouped.format(ours),
  // The values of these peers in place of ours, from the lowest to the highest.
  INTERCEPTORS: ({ peers = {} }) => rangeOf(interceptors.flatMap((name) => peers[name] ?? [])),
}

function rangeOf(values: readonly number[]): string {
  if (values.length === 0) throw new Error('No interceptor has a value in this row.')
  const ends = new Set([Math.min(...values), Math.max(...values)])
  return [...ends].map((value) => grouped.format(value)).join(' to ')
}

/**
 * Returns the page with the last measured value of each marked number. Throws if the measurement, row or unit does
 * not exist, so that the page contains no number without a measurement.
 */
export function withNumbers(page: string, resultOf: (name: string) => Result | undefined): string {
  return page.replaceAll(marked, (_, name: string, id: string, unit = 'N') => {
    const row = resultOf(name)?.rows.find((each) => each.id === id)
    const written = units[unit]
    if (!row || !written) throw new Error(`Nothing measures "${name}.${id}", or "${unit}" is not a unit.`)
    const mark = unit === 'N' ? '' : ` ${unit}`
    return `<!-- =${name}.${id}${mark} -->${written(row)}<!-- = -->`
  })
}
