import type { EndpointReport } from '../check/check-endpoint.ts'
import { checkIds, type EndpointCheck } from '../check/endpoint-check.ts'
import { colored, wrapped, type Color, type Style } from './style.ts'

const ID_COLUMN = 4
const MESSAGE_COLUMN = ID_COLUMN + Math.max(...checkIds.map((id) => id.length)) + 2

const CONTRACT = 'https://github.com/forage-session/forage-session/blob/main/docs/backend.md'

/** Returns the table that a person reads: a row for each check, a remedy under each failed one, and a summary. */
export function reportText(report: EndpointReport, url: string, style: Style): string {
  const repeated = repeatedSkips(report.checks)
  const rows = report.checks
    .filter((check) => !repeated.includes(check))
    .flatMap((check) => rowOf(check, style))
  return [
    `Endpoint ${withoutQuery(url)}`,
    '',
    ...rows,
    ...(repeated.length > 0 ? skippedRow(repeated, style) : []),
    '',
    ...summaryOf(report, style),
    '',
  ].join('\n')
}

/** Returns the checks that were skipped for the same reason as many others. One row is enough for them. */
function repeatedSkips(checks: readonly EndpointCheck[]): EndpointCheck[] {
  const skipped = checks.filter(({ status }) => status === 'skip')
  return skipped.filter(({ message }) => skipped.filter((other) => other.message === message).length > 2)
}

function skippedRow(checks: readonly EndpointCheck[], style: Style): string[] {
  const message = `${checks[0]?.message.replace(/\.$/, '')}: ${checks.map(({ id }) => id).join(', ')}.`
  const lines = wrapped(message, style.columns - MESSAGE_COLUMN)
  return lines.map((line, index) => {
    const start =
      index === 0 ? `  – ${'the others'.padEnd(MESSAGE_COLUMN - ID_COLUMN)}` : ' '.repeat(MESSAGE_COLUMN)
    return colored(style, 'dim', start + line)
  })
}

function rowOf(check: EndpointCheck, style: Style): string[] {
  const { mark, color } = look(check)
  const id = check.id.padEnd(MESSAGE_COLUMN - ID_COLUMN)
  const isFailed = check.status === 'fail'
  const weight = isFailed && check.severity !== 'error' ? `${check.severity.toUpperCase()}: ` : ''
  const [first = '', ...rest] = wrapped(weight + check.message, style.columns - MESSAGE_COLUMN)
  const message = [first, ...rest.map((line) => indented(line, MESSAGE_COLUMN))]
  const remedy = check.remedy === undefined ? [] : remedyLines(check.remedy, style)
  const shown = check.status === 'skip' ? message.map((line) => colored(style, 'dim', line)) : message
  const [top = '', ...below] = shown
  const head = `  ${colored(style, color, mark)} ${isFailed ? colored(style, 'bold', id) : id}${top}`
  return [head, ...below, ...remedy]
}

function remedyLines(remedy: string, style: Style): string[] {
  const width = style.columns - MESSAGE_COLUMN - 2
  return wrapped(remedy, width).map((line, index) =>
    indented(`${index === 0 ? colored(style, 'yellow', '→') : ' '} ${line}`, MESSAGE_COLUMN),
  )
}

function look({ status, severity }: EndpointCheck): { mark: string; color: Color } {
  if (status === 'pass') return { mark: '✓', color: 'green' }
  if (status === 'skip') return { mark: '–', color: 'dim' }
  return severity === 'warning' ? { mark: '!', color: 'yellow' } : { mark: '✗', color: 'red' }
}

function summaryOf({ ok, checks, p50Ms, p95Ms }: EndpointReport, style: Style): string[] {
  const numberOf = (keep: (check: EndpointCheck) => boolean): number => checks.filter(keep).length
  const failed = checks.filter(({ status, severity }) => status === 'fail' && severity !== 'warning')
  const critical = failed.filter(({ severity }) => severity === 'critical').length
  const warnings = numberOf(({ status, severity }) => status === 'fail' && severity === 'warning')
  const skipped = numberOf(({ status }) => status === 'skip')
  const parts = [
    ...(failed.length > 0 ? [`${failed.length} failed${critical > 0 ? ` (${critical} critical)` : ''}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
    `${numberOf(({ status }) => status === 'pass')} passed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ]
  const times = p50Ms === null || p95Ms === null ? '' : ` A token took ${p50Ms} ms (p50), ${p95Ms} ms (p95).`
  const summary = colored(style, ok ? 'green' : 'red', `${parts.join(', ')}.`)
  return [`  ${summary}${times}`, ...(ok ? [] : [`  The contract of the endpoint: ${CONTRACT}`])]
}

function indented(text: string, columns: number): string {
  return ' '.repeat(columns) + text
}

/** A query may have a secret in it. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
