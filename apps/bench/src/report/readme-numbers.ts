import type { Result } from './results.ts'

/** Matches `<!-- =size.core KB -->11.2 kB<!-- = -->`: the measurement, the row and the unit. */
const marked = /<!-- =(\w+)\.([\w.-]+?)(?: (\w+))? -->.*?<!-- = -->/g

const units: Readonly<Record<string, (value: number) => string>> = {
  KB: (bytes) => `${(bytes / 1000).toFixed(1)} kB`,
  NS: (ns) => `${Math.round(ns)} ns`,
  N: (value) => new Intl.NumberFormat('en').format(value),
}

/**
 * Returns the page with the last measured value of each marked number. Throws if the measurement, row or unit does
 * not exist, so that the README contains no number without a measurement.
 */
export function withNumbers(page: string, resultOf: (name: string) => Result | undefined): string {
  return page.replaceAll(marked, (_, name: string, id: string, unit = 'N') => {
    const row = resultOf(name)?.rows.find((each) => each.id === id)
    const written = units[unit]
    if (!row || !written)
      throw new Error(`README.md: nothing measures "${name}.${id}", or "${unit}" is not a unit.`)
    const mark = unit === 'N' ? '' : ` ${unit}`
    return `<!-- =${name}.${id}${mark} -->${written(row.ours)}<!-- = -->`
  })
}
