import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../../docs/measurements.md', import.meta.url)

/** Writes the table into `docs/measurements.md`, between the two comments that name the measurement. */
export function document(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest] = split(readFileSync(page, 'utf8'), begin)
  const [, after] = split(rest, end)
  writeFileSync(page, `${before}${begin}\n\n${text}\n\n${end}${after}`)
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`docs/measurements.md has no "${mark}".`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}
