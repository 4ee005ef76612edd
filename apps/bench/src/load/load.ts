import { mkdirSync, writeFileSync } from 'node:fs'

import { hasRedis } from '../../../../packages/server/test/redis/redis-server.ts'
import { linePlot } from '../line-plot.ts'
import { judged, type Measured, type Measurement, type Row } from '../measurement.ts'
import { compareBooks } from './books.ts'
import { runLoad, type LoadPlan, type LoadRun } from './run-load.ts'
import { all, inTurn, killBackend, revokeAll, steadyTrouble } from './trouble.ts'

const thinkMs = 8000
const checkoutsEach = 4
const free: LoadPlan = {
  customers: 2000,
  checkoutsEach,
  thinkMs,
  limiter: false,
  trouble: all(steadyTrouble, inTurn(thinkMs * checkoutsEach * 1.2, [killBackend, revokeAll, killBackend])),
  seed: 1,
}
const limited: LoadPlan = {
  ...free,
  customers: 120,
  checkoutsEach: 1,
  thinkMs: 2000,
  limiter: true,
  trouble: steadyTrouble,
}

const plots = new URL('../../../../docs/plots/', import.meta.url)

/** Runs the sample checkout with two thousand concurrent customers on one machine. */
export const load: Measurement = {
  about:
    '2 000 concurrent checkouts over real HTTP, with expiries, a mass revocation and restarts of the backend, and the books after 500 random orders.',
  async run(): Promise<Measured> {
    if (!hasRedis)
      throw new Error('The instances of the backend share a token in Redis. Install redis-server.')
    const books = await compareBooks()
    const run = await runLoad(free)
    drawn(run)
    return {
      rows: [...rows(run), ...limitedRows(await runLoad(limited)), ...books.rows],
      notes: [...notes(run), ...books.notes],
    }
  },
}

function rows({ outcomes, captures, samples, seconds }: LoadRun): Row[] {
  const sum = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0)
  const attempted = outcomes.length
  const paid = outcomes.filter(({ isPaid }) => isPaid).length
  const most = Math.max(...samples.map(({ authenticationTokens }) => authenticationTokens))
  return [
    { id: 'load.attempted', what: 'checkouts', unit: 'checkouts', ours: attempted },
    judged({
      id: 'load.unpaid',
      what: 'not paid at the end',
      unit: 'checkouts',
      ours: attempted - paid,
      target: 0,
    }),
    judged({
      id: 'load.double',
      what: 'charged more than once',
      unit: 'charges',
      ours: captures - paid,
      target: 0,
    }),
    judged({
      id: 'load.tokens',
      what: 'token requests per checkout',
      unit: 'requests',
      ours: round(sum(({ tokenRequests }) => tokenRequests) / attempted),
      target: 1.3,
    }),
    judged({
      id: 'load.live',
      what: 'live authentication tokens, at most',
      unit: 'tokens',
      ours: most,
      target: 2,
    }),
    {
      id: 'load.replays',
      what: 'replayed requests',
      unit: 'requests',
      ours: sum(({ replays }) => replays),
    },
    {
      id: 'load.again',
      what: 'a card number or PIN typed again, per 100 checkouts',
      unit: 'times',
      ours: round((100 * sum(({ typedAgain }) => typedAgain)) / attempted),
    },
    { id: 'load.rate', what: 'paid', unit: 'checkouts per second', ours: round(paid / seconds) },
  ]
}

/**
 * Measures more checkouts than Forage's limit allows. Every refused customer gets a reason, and no card is charged
 * twice.
 */
function limitedRows({ outcomes, captures }: LoadRun): Row[] {
  const paid = outcomes.filter(({ isPaid }) => isPaid).length
  const unknown = outcomes.filter(({ isPaid }) => isPaid === undefined).length
  const untold = outcomes.filter(({ isPaid, problem }) => isPaid === false && problem === undefined).length
  const row = (id: string, what: string, unit: string, ours: number): Row => ({
    id: `limited.${id}`,
    what,
    unit,
    ours,
  })
  return [
    row('attempted', 'checkouts with both limiters on', 'checkouts', outcomes.length),
    row('paid', 'paid before the limit of 900 requests', 'checkouts', paid),
    judged({ ...row('untold', 'neither paid nor refused with a reason', 'checkouts', untold), target: 0 }),
    judged({
      ...row(
        'double',
        'charged more than once, with both limiters on',
        'charges',
        Math.max(0, captures - paid - unknown),
      ),
      target: 0,
    }),
  ]
}

function notes({ outcomes, events, seconds }: LoadRun): string[] {
  const problems = outcomes.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
  return [
    `${free.customers} customers at once, ${free.checkoutsEach} checkouts each, one after the other, for ${Math.round(seconds)} s; two instances of the backend share one Redis. The API rejects the session token of one call in a hundred, one capture in fifty loses its token on the way to the vault, and one in fifty loses its answer after the charge. The revocation costs each open checkout one more token request. Events: ${events.map(({ atSeconds, label }) => `${label} at ${Math.round(atSeconds)} s`).join(', ')}.`,
    'The emulator, the backend, Redis and all customers ran on one machine with two cores.',
    '![Session tokens and captures per second](plots/load.svg)',
    ...(problems.length > 0
      ? [`${problems.length} checkouts stopped with an error. The first: ${problems[0]}`]
      : []),
  ]
}

function drawn({ samples, events }: LoadRun): void {
  mkdirSync(plots, { recursive: true })
  const plot = linePlot({
    title: 'The sample checkout under load',
    x: { label: 'seconds', tickEvery: 30, values: samples.map(({ atSeconds }) => atSeconds) },
    y: { label: 'per second' },
    lines: [
      { name: 'session tokens', values: samples.map(({ sessionTokens }) => sessionTokens) },
      { name: 'payments captured', values: samples.map(({ captures }) => captures) },
    ],
    marks: events.map(({ atSeconds, label }) => ({ at: atSeconds, label })),
  })
  writeFileSync(new URL('load.svg', plots), `${plot}\n`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
