import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { startCheckout, type RunningCheckout } from '../../../apps/checkout/src/checkout-app.ts'
import { Shopper } from '../../../apps/checkout/test/shopper.ts'
import { codeBlocks } from '../../../scripts/docs/markdown.ts'
import { readDashboard } from '../../src/dashboard.ts'
import { freePort, PrometheusServer } from '../../src/prometheus/prometheus-server.ts'
import { hasPrometheus } from '../../src/prometheus/promtool.ts'
import { readRules, rulesFile } from '../../src/prometheus/rules.ts'

const page = readFileSync(new URL('../../../docs/watching.md', import.meta.url), 'utf8')

interface Alert {
  labels: Record<string, string>
  state: 'pending' | 'firing'
}

interface RuleGroups {
  groups: { rules: { name: string; health: string; lastError?: string }[] }[]
}

describe.skipIf(!hasPrometheus)('a real Prometheus that scrapes the running sample', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forage-scrape-'))
  let checkout: RunningCheckout
  let prometheus: PrometheusServer
  let meters: MeterProvider
  let laterMs = 0

  beforeAll(async () => {
    const port = await freePort()
    // As the documentation says, but for the port.
    meters = new MeterProvider({ readers: [new PrometheusExporter({ port, host: '127.0.0.1' })] })
    const clock = {
      now: () => Date.now() + laterMs,
      setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    }
    const instances = [{ clock, telemetry: { meter: meters.getMeter('shop') } }]
    checkout = await startCheckout({ port: 0, emulatorPort: 0, instances, log: () => {} })
    // Rules are evaluated each second instead of each minute. Their windows and thresholds are unchanged.
    const rules = join(folder, 'forage-session.rules.yaml')
    writeFileSync(rules, readFileSync(rulesFile, 'utf8').replace('interval: 1m', 'interval: 1s'))
    const documented = codeBlocks(page).find(({ language }) => language === 'yaml')!.code
    prometheus = await PrometheusServer.start(
      documented
        .replace(/targets: .*/, `targets: ['127.0.0.1:${port}']`)
        .replace('scrape_interval: 15s', 'scrape_interval: 1s')
        .replace('forage-session.rules.yaml', rules),
    )
  })

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]()
    await checkout?.close()
    await meters?.shutdown()
    rmSync(folder, { recursive: true, force: true })
  })

  const buy = async (): Promise<number> => {
    const shopper = await new Shopper(checkout).signIn()
    const { id } = await shopper.checkOut()
    return (await shopper.sessionToken(id)).status
  }
  const value = async (query: string): Promise<string | undefined> => {
    const { result } = await prometheus.get<{ result: { value: [number, string] }[] }>('query', { query })
    return result[0]?.value[1]
  }
  const alerts = async (): Promise<string[]> => {
    const { alerts: all } = await prometheus.get<{ alerts: Alert[] }>('alerts')
    return all.filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname']!)
  }

  it('reads the metrics under the names of the documentation, and no alert fires', async () => {
    expect([await buy(), await buy(), await buy()]).toEqual([200, 200, 200])
    const requests = 'forage_endpoint_requests_total{http_response_status_code="200", job="shop"}'
    await until(async () => (await value(requests)) === '3')
    expect(await value('forage_pool_state{forage_pool_state="ready"}')).toBe('1')
    // The rules have seen these requests.
    await until(async () => (await value('sum(forage:endpoint_requests:new5m)')) === '3')
    expect(await alerts()).toEqual([])
  })

  it('evaluates every rule without an error', async () => {
    const rules = (await prometheus.get<RuleGroups>('rules')).groups.flatMap((group) => group.rules)
    expect(rules.map(({ name }) => name)).toEqual(readRules().map(({ name }) => name))
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([])
  })

  it('evaluates every query of the dashboard', async () => {
    const queries = readDashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    for (const query of queries) await value(withoutVariables(query))
    expect(queries.length).toBeGreaterThan(20)
  })

  it('an alert fires after someone revokes the authentication token, while the customer gets a session token', async () => {
    // A token that is younger than 10 s is tried again first, because Forage may not know it yet.
    laterMs = 60_000
    checkout.emulator!.emulator.control.revokeAuthenticationTokens()
    expect(await buy()).toBe(200)
    await until(async () => (await alerts()).length > 0)
    expect(await alerts()).toEqual(['ForageSessionTokenRevoked'])
  })
})

function withoutVariables(query: string): string {
  return query.replaceAll('$job', '.*').replaceAll('$pool', '.*').replaceAll('$__rate_interval', '1m')
}

/** Waits for another process. The test's own timeout ends it. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 100))
}
