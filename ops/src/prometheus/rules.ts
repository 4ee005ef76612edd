import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The files of this folder that users copy. */
export const rulesFile: string = fileURLToPath(
  new URL('../../prometheus/forage-session.rules.yaml', import.meta.url),
)
export const unitTestsFile: string = fileURLToPath(
  new URL('../../prometheus/forage-session.rules.test.yaml', import.meta.url),
)

/** A rule of the file. */
export interface Rule {
  readonly kind: 'record' | 'alert'
  readonly name: string
  readonly expr: string
  /** The rule as it stands in the file. */
  readonly text: string
  /** The address of the runbook. Only alerts have one. */
  readonly runbookUrl: string | undefined
}

/**
 * Returns the rules of the file in order. It reads only YAML that is written like ours: every expression is a block.
 * Prometheus checks the file itself in another test.
 */
export function readRules(): Rule[] {
  const [, ...parts] = readFileSync(rulesFile, 'utf8').split(/^ {6}- (?=(?:record|alert): )/m)
  return parts.map((text) => {
    const [, kind, name = ''] = /^(record|alert): (\S+)\n/.exec(text) ?? []
    const [, expr = ''] = /^ {8}expr: \|-\n((?: {10}.*\n)+)/m.exec(text) ?? []
    const [, runbookUrl] = /^ {10}runbook_url: (\S+)$/m.exec(text) ?? []
    if (expr === '') throw new Error(`The rule "${name}" has no expression in a block (expr: |-).`)
    return { kind: kind as Rule['kind'], name, expr, text, runbookUrl }
  })
}
