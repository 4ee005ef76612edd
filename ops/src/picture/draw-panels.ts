// Draws panels of the dashboard for docs/watching.md: the sample lives through three hours, Prometheus keeps what it
// would have scraped, and answers the queries of the panels. Run it with `pnpm docs:panels`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { readDashboard, type Panel } from '../dashboard.ts'
import { PrometheusServer } from '../prometheus/prometheus-server.ts'
import { hasPrometheus, runPromtool } from '../prometheus/promtool.ts'
import { panelPicture, type DrawnPanel } from './panel-picture.ts'
import { liveThroughStory, openMetrics, type Story } from './story.ts'

const images = fileURLToPath(new URL('../../../docs/images', import.meta.url))
const stepSeconds = 60

/** Returns the panels with lines that need no recorded rules, which Prometheus does not evaluate for the past. */
function drawnPanels(): Panel[] {
  return readDashboard().panels.filter(
    ({ type, targets = [] }) =>
      type === 'timeseries' && targets.every(({ expr }) => !/forage:|ALERTS/.test(expr)),
  )
}

async function ask(prometheus: PrometheusServer, story: Story, panel: Panel): Promise<DrawnPanel> {
  const { title, targets = [], fieldConfig } = panel
  const { startsAt, minutes } = story
  const answers = await Promise.all(
    targets.map(async ({ expr, legendFormat }) => {
      const query = expr.replaceAll('$job', '.*').replaceAll('$pool', '.*')
      const span = query.replaceAll('$__rate_interval', '5m')
      const found = await prometheus.range(span, startsAt, startsAt + minutes * 60, stepSeconds)
      return found.map(({ metric, values }) => ({
        name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim(),
        points: values
          .map(([time, value]): [number, number] => [(time - startsAt) / 60, Number(value)])
          .filter(([, value]) => Number.isFinite(value)),
      }))
    }),
  )
  // A line that is always 0 tells nothing.
  const lines = answers.flat().filter(({ points }) => points.some(([, value]) => value > 0))
  return { title, unit: fieldConfig?.defaults.unit ?? 'short', lines }
}

async function main(): Promise<void> {
  if (!hasPrometheus)
    throw new Error('Install Prometheus and run the command again (on Debian: apt-get install prometheus).')
  const story = await liveThroughStory()
  const folder = mkdtempSync(join(tmpdir(), 'forage-panels-'))
  try {
    const [file, data] = [join(folder, 'metrics.txt'), join(folder, 'data')]
    writeFileSync(file, openMetrics(story))
    const { code, output } = await runPromtool('tsdb', 'create-blocks-from', 'openmetrics', file, data)
    if (code !== 0) throw new Error(output)
    await using prometheus = await PrometheusServer.start('scrape_configs: []\n', data)
    const panels: DrawnPanel[] = []
    for (const panel of drawnPanels()) panels.push(await ask(prometheus, story, panel))
    const filled = panels.filter(({ lines }) => lines.length > 0)
    mkdirSync(images, { recursive: true })
    for (const layout of ['wide', 'narrow'] as const)
      writeFileSync(join(images, `watching-panels-${layout}.svg`), panelPicture(filled, story, layout))
    console.log(`docs/images/watching-panels-*.svg have ${filled.length} panels.`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
