import { readFileSync } from 'node:fs'

import type { Sample } from '../sample/sample.ts'
import type { Expectation } from './rule-test.ts'
import { rulesFile } from './rules.ts'
import type { RecordedSeries } from './series.ts'

/** Expects that exactly these alerts fired at some time in the minutes before. */
export function fired(minute: number, minutes: number, alerts: readonly string[]): Expectation {
  return {
    expr: `max by (alertname) (max_over_time(ALERTS{alertstate="firing"}[${minutes}m]))`,
    minute,
    samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  }
}

/** Expects that no alert fires at this minute. */
export function silent(minute: number): Expectation {
  return { expr: 'ALERTS{alertstate="firing"}', minute, samples: [] }
}

/** Returns the recorded series that a rule reads. The others would only cost time. */
export function seriesOfRules({ recorded }: Sample): RecordedSeries {
  const named = new Set(readFileSync(rulesFile, 'utf8').match(/forage_\w+/g))
  const isRead = (metric: string): boolean =>
    named.has(metric) || metric === 'forage_endpoint_duration_bucket'
  return new Map([...recorded].filter(([series]) => isRead(series.split('{')[0]!)))
}
