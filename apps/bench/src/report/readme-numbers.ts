import type { Result } from './results.ts'

/** `<!-- =size.core KB -->11.2 kB<!-- = -->`: the measurement, the row, and how it is to be written. */
const marked = /<!-- =(\w+)\.([\w.-]+?)(?: (\w+))? -->.*?<!-- = -->/g

const units: Readonly<Record<string, (value: number) => string>> = {
  KB: (bytes) => `${(bytes / 1000).toFixed(1)} kB`,
  NS: (ns) => `${Math.round(ns)} ns`,
  N: (value) => new Intl.NumberFormat('en').format(value),
}

/**
 * The page with each marked number as it was measured last. Throws if there is no such measurement, row or unit: a
 * number that nobody measures has no place in a README.
 */
export function withNumbers(page: string, resultOf: (name: string) => Result | undefined): string {
  return page.replaceAll(marked, (_, name: string, id: string, unit = 'N') => {
    const row = resultOf(name)?.rows.find((each) => each.id === id)
    const written = units[unit]
    if (!row || !written)
      throw new Error(`README.md: nothing measures "${name}.${id}", or "${unit}" is no unit.`)
    const mark = unit === 'N' ? '' : ` ${unit}`
    return `<!-- =${name}.${id}${mark} -->${written(row.ours)}<!-- = -->`
  })
}
