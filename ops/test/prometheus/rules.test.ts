import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { hasPrometheus, runPromtool } from '../../src/prometheus/promtool.ts'
import { readRules, rulesFile, unitTestsFile } from '../../src/prometheus/rules.ts'

describe.skipIf(!hasPrometheus)('the rules', () => {
  it('Prometheus accepts the file, and finds as many rules in it as the other tests', async () => {
    const { code, output } = await runPromtool('check', 'rules', rulesFile)
    expect([code, output]).toEqual([0, expect.stringContaining(`SUCCESS: ${readRules().length} rules found`)])
  })

  it('every alert fires and stays silent as its unit tests say', async () => {
    const { code, output } = await runPromtool('test', 'rules', unitTestsFile)
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')])
  })

  it('the unit tests notice another threshold of each alert', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'forage-rules-'))
    try {
      writeFileSync(join(folder, 'forage-session.rules.test.yaml'), readFileSync(unitTestsFile))
      // No value reaches any threshold, and no state is the expected one.
      const numb = readFileSync(rulesFile, 'utf8').replaceAll(/(?<= )(>=?|==) [\d.]+$/gm, '> 1e9')
      writeFileSync(join(folder, 'forage-session.rules.yaml'), numb)
      const { output } = await runPromtool('test', 'rules', join(folder, 'forage-session.rules.test.yaml'))
      const alerts = readRules().flatMap(({ kind, name }) => (kind === 'alert' ? [name] : []))
      // This alert is about an absence.
      const withThreshold = alerts.filter((name) => name !== 'ForageSessionMetricsMissing')
      expect(withThreshold.filter((name) => !output.includes(`alertname: ${name},`))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
