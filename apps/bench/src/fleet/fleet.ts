import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import { judged, type Measurement, type Row } from '../measurement.ts'
import { fleetNames, type FleetName } from './fleets.ts'
import type { Lived } from './live-through.ts'
import { days, drawYear, instances, type Year } from './year.ts'

const seed = 2025

/**
 * Simulates a year of a fleet in virtual time, with deploys, crashes, outages and leaks, and the same year with the
 * usual cache.
 */
export const fleet: Measurement = {
  about:
    'A simulated year of twelve instances: token requests, live tokens, session tokens killed early, recovery.',
  async run() {
    const year = drawYear(seed)
    const entries = fleetNames.map(async (name) => [name, await lifeOf(name)] as const)
    const lived = Object.fromEntries(await Promise.all(entries)) as Lives
    return {
      rows: measures.map((measure) => rowOf(measure, lived)),
      notes: [setting(year), ...findings(lived)],
    }
  },
}

type Lives = Record<FleetName, Lived>

async function lifeOf(name: FleetName): Promise<Lived> {
  const worker = new Worker(new URL('one-life.ts', import.meta.url), { workerData: { name, seed } })
  const [lived] = (await once(worker, 'message')) as [Lived]
  return lived
}

function setting({ happenings, outages }: Year): string {
  const count = (what: string): number => happenings.filter((each) => each.do === what).length
  const down = (of: string): number => outages.filter((each) => each.of === of).length
  return (
    `${days} days, ${instances} instances, two pools with tokens of 7 days: ${count('checkout')} checkouts, ` +
    `${count('deploy') / instances} rolling deploys (two each working day, none after mid-November), ${count('crash')} crashes, ` +
    `${count('compromise')} leaks of one pool; ${down('token-endpoint')} outages of the token endpoint (5 to 90 min), ` +
    `${down('api')} of the whole API (5 to 20 min), ${down('store')} of the store (1 to 15 min). A token request takes 150 ms, a ` +
    'session token and a revocation take 100 ms. All fleets live through the same year, drawn from one seed.'
  )
}

function findings(lived: Lives): string[] {
  const each = (of: (one: Lived) => number | string): string =>
    Object.entries(lived)
      .map(([name, one]) => `${name} ${of(one)}`)
      .join('; ')
  return [
    'Our fleet has more than four live tokens if the store is down during a deploy, because each new process then mints a token for itself. When the store is back, the fleet adopts these tokens and revokes each one after its last session token has expired.',
    `The highest number of live tokens in each month: ${each(({ live }) => live.mostByMonth.join(', '))}.`,
    `Session tokens of the leaked pool die by intent: ${each(({ killedByIntent }) => killedByIntent)}. A cache does not know which tokens a pool has, so its owner revokes all tokens of the client. Each cache gets one retry after a 401, and the shared cache gets a store that never fails.`,
  ]
}

interface Measure {
  id: string
  what: string
  unit: string
  target?: number
  of: (lived: Lived) => number
}

const measures: readonly Measure[] = [
  {
    id: 'fleet.requests',
    what: 'requests for an authentication token, per day',
    unit: 'requests',
    of: ({ tokenRequests }) => round(tokenRequests / days),
  },
  {
    id: 'fleet.early',
    what: 'session tokens that died early without a good reason',
    unit: 'tokens',
    target: 0,
    of: ({ killedEarly }) => killedEarly,
  },
  {
    id: 'fleet.bystanders',
    what: 'session tokens that died because another pool leaked',
    unit: 'tokens',
    target: 0,
    of: ({ bystanders }) => bystanders,
  },
  {
    id: 'fleet.failed',
    what: 'checkouts without a session token while the API worked',
    unit: 'checkouts',
    target: 0,
    of: ({ failed }) => failed,
  },
  {
    id: 'fleet.outage',
    what: 'checkouts without a session token while the API or its token endpoint was down',
    unit: 'checkouts',
    of: ({ failedInOutage }) => failedInOutage,
  },
  {
    id: 'fleet.live',
    what: 'live authentication tokens, on average',
    unit: 'tokens',
    of: ({ live }) => round(live.mean),
  },
  {
    id: 'fleet.live.most',
    what: 'live authentication tokens, at most',
    unit: 'tokens',
    of: ({ live }) => live.most,
  },
  {
    id: 'fleet.live.surplus',
    what: 'the longest time with more than two live tokens per pool',
    unit: 'min',
    of: ({ live }) => Math.round(live.surplusMs / 60_000),
  },
  {
    id: 'fleet.recovery',
    what: 'from `compromise` to the first valid session token, slowest case',
    unit: 'ms',
    target: 1000,
    of: ({ recoveriesMs }) => Math.round(Math.max(...recoveriesMs.map((ms) => ms ?? Infinity))),
  },
]

function rowOf({ of, ...measure }: Measure, { ours, ...others }: Lives): Row {
  const theirs = Object.entries(others).map(([name, lived]) => [name, of(lived)])
  return judged({ ...measure, ours: of(ours), peers: Object.fromEntries(theirs) })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
