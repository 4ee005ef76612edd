import type { DatabaseSync } from 'node:sqlite'

import type { Emulator } from '@forage-session/emulator'
import { createForageServer, type ForageServer, type ForageServerOptions } from '@forage-session/server'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

import { createMerchantApp } from '../../../apps/checkout/src/merchant/merchant-app.ts'
import { catalog, deliveryFeeCents } from '../../../apps/checkout/src/merchant/orders/catalog.ts'
import type { FleetClock } from '../../../packages/server/test/fleet/fleet-clock.ts'
import { accounts } from './accounts.ts'

/** One process of the sample's backend. */
export interface Instance {
  /** As Prometheus names it. */
  readonly name: string
  readonly forage: ForageServer
  fetch(request: Request): Promise<Response>
  /** Returns what Prometheus reads from this process, as text. */
  scrape(): Promise<string>
  close(): Promise<void>
}

export interface InstanceOptions {
  name: string
  emulator: Emulator
  clock: FleetClock
  database: DatabaseSync
  server: Pick<ForageServerOptions, 'store' | 'fetch' | 'random'> & Partial<ForageServerOptions>
}

export const apiUrl = 'http://forage.localhost'

/** Starts the sample's backend, and exports its metrics as the documentation says, but for the port. */
export function startInstance({ name, emulator, clock, database, server }: InstanceOptions): Instance {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meters = new MeterProvider({ readers: [exporter] })
  const serializer = new PrometheusSerializer()
  const { clientId, clientSecret, merchants } = emulator
  const forage = createForageServer({
    environment: { apiUrl },
    credentials: { clientId, clientSecret },
    clock,
    telemetry: { meter: meters.getMeter('shop') },
    ...server,
  })
  const { app } = createMerchantApp({
    forage,
    database,
    customers: accounts,
    webhooks: undefined,
    demo: undefined,
    now: clock.now,
    log: () => {},
    config: {
      forage: 'emulator',
      apiUrl,
      vaultUrl: apiUrl,
      sdkUrl: `${apiUrl}/sdk/forage.js`,
      merchantAccount: `mid/${merchants[0]!.id}`,
      products: [...catalog],
      deliveryFeeCents,
      customers: [...accounts],
      testCard: null,
    },
  })
  return {
    name,
    forage,
    fetch: async (request) => app.fetch(request),
    scrape: async () => serializer.serialize((await exporter.collect()).resourceMetrics),
    close: async () => {
      await forage.close()
      await meters.shutdown()
    },
  }
}
