import type { FactResult } from './run-facts.ts'
import { sections, type Section } from './sections.ts'

const TITLE_WIDTH = Math.max(...Object.values(sections).map(({ length }) => length))

/** Returns the text that `--json` writes. */
export function jsonReport(results: readonly FactResult[]): string {
  const facts = results.map(({ id, source, kind, status, note }) => ({
    id,
    source,
    kind,
    status,
    ...(note === undefined ? {} : { note }),
  }))
  return `${JSON.stringify({ facts }, undefined, 2)}\n`
}

/** Returns the report for a person: every fact, counts by section, failures, findings, and the switches that match them. */
export function textReport(results: readonly FactResult[]): string {
  const failed = results.filter(({ status }) => status === 'fail')
  const found = results.filter(({ status }) => status === 'inferred')
  return [
    ...results.map(line),
    '',
    ...countsBySection(results),
    ...part('Not as documented', failed),
    ...part('Inferred or undocumented', found),
    ...switches(found),
    '',
    closingLine(results),
  ].join('\n')
}

/** Returns one line: `pass     recorded   7.3/capture: … (forage-android-sdk …)`. */
function line({ id, kind, source, status, what }: FactResult): string {
  return `${status.padEnd(8)} ${kind.padEnd(10)} ${id}: ${what} (${source})`
}

function countsBySection(results: readonly FactResult[]): string[] {
  const names = new Set(results.map(sectionOf))
  return Array.from(names, (section) => {
    const facts = results.filter((result) => sectionOf(result) === section)
    const covered = facts.filter(({ status }) => status !== 'skipped').length
    const failed = facts.filter(({ status }) => status === 'fail').length
    const failures = failed > 0 ? `, ${failed} failed` : ''
    const name = `${section.padEnd(3)} ${sections[section].padEnd(TITLE_WIDTH)}`
    return `${name}  ${String(covered).padStart(3)} of ${facts.length} facts covered${failures}`
  })
}

function sectionOf({ id }: FactResult): Section {
  return id.slice(0, id.indexOf('/')) as Section
}

function part(title: string, results: readonly FactResult[]): string[] {
  if (results.length === 0) return []
  return [
    '',
    title,
    ...results.flatMap(({ id, what, source, note }) => [
      `  ${id}: ${what} (${source})`,
      `      ${note ?? ''}`,
    ]),
  ]
}

function switches(found: readonly FactResult[]): string[] {
  const choices = Object.assign({}, ...found.map(({ choice }) => choice ?? {})) as Record<string, unknown>
  const flags = Object.entries(choices).map(([name, value]) => `--switch ${name}=${String(value)}`)
  return flags.length === 0
    ? []
    : ['', 'Switches for an emulator that behaves alike', `  forage-emulator ${flags.join(' ')}`]
}

function closingLine(results: readonly FactResult[]): string {
  const count = (status: FactResult['status']): number =>
    results.filter((each) => each.status === status).length
  const covered = results.length - count('skipped')
  return `${covered} of ${results.length} facts covered: ${count('pass')} pass, ${count('fail')} fail, ${count('inferred')} inferred, ${count('skipped')} skipped`
}
