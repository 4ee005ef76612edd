import { describe, expect, it } from 'vitest'

import { liveThrough, minutesOf, outages, type Outage } from '../../src/outages.ts'
import { fired, seriesOfRules, silent } from '../../src/prometheus/firing.ts'
import { hasPrometheus, unexpected } from '../../src/prometheus/promtool.ts'
import { createSample, scrapeIntervalMs } from '../../src/sample/sample.ts'
import { whileTimePasses } from '../../src/sample/while-time-passes.ts'

/** `npm test` runs the most important ones. The others take a minute: `pnpm test:alerts`. */
const isDeep = process.env['OUTAGES'] === 'all'
const always = ['Forage does not answer', 'someone revokes the authentication token', 'the store is down']

describe.skipIf(!hasPrometheus)('the alerts that promtool evaluates over the sample checkout', () => {
  it('no alert fires in an hour with a rotation and a deployment', async () => {
    const sample = await createSample()
    await sample.pass(20)
    await whileTimePasses(sample.clock, sample.instances[0]!.forage.pool('web').rotate())
    await sample.pass(20)
    for (const index of [0, 1]) {
      const [old] = sample.instances.splice(index, 1, sample.start(`shop-${index + 3}:9464`))
      await whileTimePasses(sample.clock, old!.close())
      await sample.pass(5)
    }
    await sample.pass(10)
    await sample.close()
    const series = seriesOfRules(sample)
    // The hour had customers, and the rotated token was revoked.
    const answered = [...series].filter(([name]) => /^forage_endpoint_requests_total.*"200"/.test(name))
    const total = answered.reduce((sum, [, values]) => sum + (values.findLast(Number.isFinite) ?? 0), 0)
    expect(total).toBeGreaterThan(200)
    expect([...series.keys()].filter((name) => name.includes('"revoked"'))).not.toEqual([])
    const expectations = [fired(59, 59, [])]
    expect(
      await unexpected([{ name: 'a healthy hour', intervalMs: scrapeIntervalMs, series, expectations }]),
    ).toBe('')
  })

  const tested = outages.filter(({ name }) => isDeep || always.includes(name))
  it.each(tested.map((outage): [string, Outage] => [outage.name, outage]))(
    'if %s, exactly the alerts for it fire, and they end after the repair',
    async (name, outage) => {
      const sample = await createSample(outage.options)
      await liveThrough(sample, outage)
      await sample.close()
      const { before, outage: during, after } = minutesOf(outage)
      const expectations = [
        fired(before - 1, before - 1, []),
        // An alert that waits may fire shortly after the repair.
        fired(before + during + 2, during + 3, outage.alerts),
        ...(outage.end ? [silent(before + during + after - 1)] : []),
      ]
      const series = seriesOfRules(sample)
      expect(await unexpected([{ name, intervalMs: scrapeIntervalMs, series, expectations }])).toBe('')
    },
    300_000,
  )
})
