import type { RecordedSeries } from './series.ts'

/** The expected result of an expression at one moment. */
export interface Expectation {
  readonly expr: string
  readonly minute: number
  /** The expected series with their values. Empty: no series. */
  readonly samples: readonly { readonly labels: string; readonly value: number }[]
}

/** One group of a file for `promtool test rules`: recorded series, and what the rules make of them. */
export interface RuleTest {
  readonly name: string
  readonly intervalMs: number
  readonly series: RecordedSeries
  readonly expectations: readonly Expectation[]
}

/** Returns the text of a file for `promtool test rules`. JSON is YAML. */
export function ruleTestFile(rules: string, tests: readonly RuleTest[]): string {
  return JSON.stringify({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: tests.map(({ name, intervalMs, series, expectations }) => ({
      name,
      interval: `${intervalMs / 1000}s`,
      input_series: Array.from(series, ([id, values]) => ({ series: id, values: notation(values) })),
      promql_expr_test: expectations.map(({ expr, minute, samples }) => ({
        expr,
        eval_time: `${minute}m`,
        exp_samples: samples,
      })),
    })),
  })
}

/** Returns the values in promtool's notation. After its last value, a series is stale, as Prometheus marks it. */
function notation(values: readonly (number | undefined)[]): string {
  const words: string[] = []
  let missing = 0
  // Not `forEach`, which skips the holes.
  for (const value of values) {
    if (value === undefined) {
      missing += 1
      continue
    }
    if (missing > 0) words.push(`_x${missing}`)
    missing = 0
    words.push(String(value))
  }
  return `${words.join(' ')} stale`
}
