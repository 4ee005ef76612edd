import { readFileSync, writeFileSync } from 'node:fs'

/** The table of the behavior has a separate page, because it is as wide as a screen. */
const pages = ['measurements.md', 'measurements/behavior.md']

/** Writes the table into the page of the documentation with the two comments that name the measurement. */
export function document(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  for (const page of pages.map((each) => new URL(`../../../docs/${each}`, import.meta.url))) {
    const before = readFileSync(page, 'utf8')
    const [from, to] = [before.indexOf(begin), before.indexOf(end)]
    if (from < 0 || to < from) continue
    writeFileSync(page, `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`)
    return
  }
  throw new Error(`No page has "${begin}" and "${end}".`)
}
