import { readFileSync } from 'node:fs'

import { beforeAll, describe, expect, it } from 'vitest'

import { anchors } from '../../scripts/docs/markdown.ts'
import { readDashboard } from '../src/dashboard.ts'
import { seriesOfEverything } from '../src/everything.ts'
import { outages } from '../src/outages.ts'
import { exportedMetrics, type ExportedMetrics } from '../src/prometheus/exported-metrics.ts'
import { metricsOf, sourcesOf } from '../src/prometheus/query-metrics.ts'
import { readRules, unitTestsFile } from '../src/prometheus/rules.ts'

let exported: ExportedMetrics

beforeAll(async () => {
  exported = exportedMetrics(await seriesOfEverything())
})

const rules = readRules()
const alerts = rules.filter(({ kind }) => kind === 'alert')
const dashboard = readDashboard()
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const variables = dashboard.templating.list.flatMap(({ query }) =>
  typeof query === 'string' ? [] : (/^label_values\((.*), (\w+)\)$/.exec(query.query)?.slice(1, 3) ?? []),
)
const queries: [string, string][] = [
  ...rules.map(({ name, expr }): [string, string] => [name, expr]),
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }, index): [string, string] => [`${title} (${index + 1})`, expr]),
  ),
]

/** Returns what a query names and the server does not export. */
function unknownIn(query: string): string[] {
  const { selectors, groupedBy } = metricsOf(query)
  const named = selectors.filter(({ metric }) => metric !== 'ALERTS')
  const labelsOfAll = new Set(named.flatMap(({ metric }) => [...labelsOf(metric).keys()]))
  return [
    ...named.filter(({ metric }) => labelsOf(metric).size === 0).map(({ metric }) => metric),
    ...named.flatMap(({ metric, matchers }) =>
      matchers
        .filter(
          ({ label, operator, value }) => !matchesSomething(labelsOf(metric).get(label), operator, value),
        )
        .map(({ label, value }) => `${metric}{${label}="${value}"}`),
    ),
    ...(named.length > 0 ? groupedBy.filter((label) => !labelsOfAll.has(label)) : []),
  ]
}

/** Returns the labels of an exported or recorded metric, with their values. */
function labelsOf(metric: string): Map<string, ReadonlySet<string>> {
  return new Map(sourcesOf(metric).flatMap((source) => [...(exported.get(source) ?? [])]))
}

/** Each alternative of an expression has to match a value. */
function matchesSomething(values: ReadonlySet<string> | undefined, operator: string, value: string): boolean {
  if (values === undefined) return false
  if (value.startsWith('$')) return true
  const alternatives = operator === '=~' ? value.split('|') : [value]
  return alternatives.every((each) => [...values].some((found) => new RegExp(`^(?:${each})$`).test(found)))
}

describe('queries', () => {
  it.each(queries)('%s names only metrics, labels and values that the server exports', (_name, query) => {
    expect(metricsOf(query).selectors).not.toEqual([])
    expect(unknownIn(query)).toEqual([])
  })

  it('a metric, a label or a value that the server does not export is found', () => {
    expect(unknownIn('sum by (job) (rate(forage_session_token_mint_total[5m]))')).toContain(
      'forage_session_token_mint_total',
    )
    expect(unknownIn('sum by (merchant) (forage_store_available)')).toEqual(['merchant'])
    expect(unknownIn('forage_pool_state{forage_pool_state="broken"}')).toEqual([
      'forage_pool_state{forage_pool_state="broken"}',
    ])
    expect(unknownIn('forage:session_token_mints:new5m{error_type=~"upstream_unavailable|oops"}')).toEqual([
      'forage:session_token_mints:new5m{error_type="upstream_unavailable|oops"}',
    ])
    expect(unknownIn('{__name__=~"forage_endpoint_durations(_seconds)?_bucket"}')).toEqual([
      'forage_endpoint_durations_bucket',
    ])
  })

  it('every metric of the server is in a panel', () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr }) => metricsOf(expr).selectors.flatMap(({ metric }) => sourcesOf(metric))),
      ),
    )
    const histogram = /_(count|sum)$/
    const missing = [...exported.keys()].filter(
      (name) => name.startsWith('forage_') && !histogram.test(name) && !shown.has(name),
    )
    expect(missing).toEqual([])
  })

  it('the variables of the dashboard come from an exported metric', () => {
    expect(variables).toEqual(['forage_pool_state', 'job', 'forage_pool_state{job=~"$job"}', 'forage_pool'])
    expect(exported.get('forage_pool_state')?.has('forage_pool')).toBe(true)
  })
})

describe('alerts', () => {
  const runbooks = readFileSync(new URL('../../docs/server/runbooks.md', import.meta.url), 'utf8')
  const page = readFileSync(new URL('../../docs/watching.md', import.meta.url), 'utf8')

  it.each(alerts.map(({ name, runbookUrl = '', text }) => [name, runbookUrl, text]))(
    '%s has a severity, a summary, a description and a section of the runbooks',
    (_name, runbookUrl, text) => {
      expect(text).toMatch(/^ {10}severity: (critical|warning)$/m)
      expect(text).toMatch(/^ {10}summary: \S/m)
      expect(text).toMatch(/^ {10}description: \S/m)
      const [address, anchor = ''] = runbookUrl.split('#')
      expect(address).toBe(
        'https://github.com/forage-session/forage-session/blob/main/docs/server/runbooks.md',
      )
      expect(anchors(runbooks)).toContain(anchor)
    },
  )

  it.each(alerts.map(({ name }) => [name]))(
    '%s has an outage in which it fires, a unit test, and a row in the documentation',
    (name) => {
      expect(outages.filter((outage) => outage.alerts.includes(name))).not.toEqual([])
      expect(readFileSync(unitTestsFile, 'utf8')).toContain(`alertname: ${name}\n`)
      expect(page).toContain(`\`${name}\``)
    },
  )

  it('every alert that a panel or the documentation names exists', () => {
    const named = [JSON.stringify(dashboard), page].flatMap(
      (text) => text.match(/ForageSession[A-Z]\w+/g) ?? [],
    )
    const known = new Set(alerts.map(({ name }) => name))
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })
})

describe('the dashboard', () => {
  it('every panel has a description and a query', () => {
    const incomplete = panels.filter(({ description, targets = [] }) => !description || targets.length === 0)
    expect(incomplete.map(({ title }) => title)).toEqual([])
  })

  it('no panel lies over another one, and each has its own number', () => {
    const places = dashboard.panels.flatMap(({ title, gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => ({ title, at: `${x + (i % w)},${y + Math.floor(i / w)}` })),
    )
    const twice = places.filter(({ at }, index) => places.findIndex((other) => other.at === at) !== index)
    expect(twice).toEqual([])
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
