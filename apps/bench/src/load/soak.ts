import { hasRedis } from '../../../../packages/server/test/redis/redis-server.ts'
import { judged, type Measured, type Measurement, type Row } from '../measurement.ts'
import { median } from '../median.ts'
import { runLoad, type LoadPlan, type LoadRun } from './run-load.ts'
import { all, inTurn, networkTrouble, revokeAll, steadyTrouble, type Trouble } from './trouble.ts'
import { countUnhandledRejections, usage, type Usage } from './usage.ts'

const minuteMs = 60_000
const customersAtOnce = 60
/**
 * A third revocation within ten minutes would stop the server for a minute by design, because new tokens do not help.
 */
const revokedEveryMs = 6 * minuteMs
const minutes = Number(process.env['SOAK_MINUTES'] ?? 30)

interface Reading {
  readonly backend: Usage
  readonly customers: Usage
}

/** Runs half an hour of checkouts with faults. A value that grows during it would grow endlessly. */
export const soak: Measurement = {
  about: 'Half an hour of checkouts with faults: heap, sockets and unhandled rejections (SOAK_MINUTES).',
  async run(): Promise<Measured> {
    if (!hasRedis)
      throw new Error('The instances of the backend share a token in Redis. Install redis-server.')
    countUnhandledRejections()
    const readings: Reading[] = []
    const plan: LoadPlan = {
      customers: customersAtOnce,
      checkoutsEach: Infinity,
      forMs: minutes * minuteMs,
      thinkMs: 4000,
      limiter: false,
      trouble: all(
        steadyTrouble,
        networkTrouble,
        inTurn(
          revokedEveryMs,
          Array.from({ length: 100 }, () => revokeAll),
        ),
        reading(readings),
      ),
      seed: 1,
    }
    const run = await runLoad(plan)
    return { rows: rows(run, readings), notes: [note(run)] }
  },
}

/** Reads the usage of both processes twice a minute. */
function reading(readings: Reading[]): Trouble {
  const read: Trouble = async ({ world }) =>
    void readings.push({ backend: await world.backendUsage(), customers: await usage() })
  return inTurn(
    minuteMs / 2,
    Array.from({ length: minutes * 4 }, () => read),
  )
}

function rows({ outcomes, captures }: LoadRun, readings: readonly Reading[]): Row[] {
  const paid = outcomes.filter(({ isPaid }) => isPaid).length
  const last = readings.at(-1)!
  const rejections = last.backend.unhandledRejections + last.customers.unhandledRejections
  return [
    { id: 'soak.checkouts', what: 'checkouts', unit: 'checkouts', ours: outcomes.length },
    judged({
      id: 'soak.unpaid',
      what: 'not paid at the end',
      unit: 'checkouts',
      ours: outcomes.length - paid,
      target: 0,
    }),
    judged({
      id: 'soak.double',
      what: 'charged more than once',
      unit: 'charges',
      ours: captures - paid,
      target: 0,
    }),
    ...grown(
      'backend',
      'the merchant’s backend',
      readings.map(({ backend }) => backend),
    ),
    ...grown(
      'customers',
      'the customers’ sessions',
      readings.map(({ customers }) => customers),
    ),
    judged({
      id: 'soak.rejections',
      what: 'unhandled rejections',
      unit: 'rejections',
      ours: rejections,
      target: 0,
    }),
  ]
}

/**
 * Compares the heap in the last third with the second third (caches fill in the first), and the connections with the
 * number of customers.
 */
function grown(id: string, of: string, usages: readonly Usage[]): Row[] {
  const third = Math.floor(usages.length / 3)
  const heapMb = (part: readonly Usage[]): number => round(median(part.map((used) => used.heapMb)))
  const before = heapMb(usages.slice(third, 2 * third))
  return [
    judged({
      id: `soak.${id}.heap`,
      what: `heap of ${of}`,
      unit: 'MB',
      ours: heapMb(usages.slice(-third)),
      floor: before,
      target: round(before * 1.1),
    }),
    judged({
      id: `soak.${id}.sockets`,
      what: `open sockets of ${of}, at most`,
      unit: 'sockets',
      ours: Math.max(...usages.slice(-third).map(({ sockets }) => sockets)),
      // Each customer keeps one connection to each of three origins.
      target: 3 * customersAtOnce,
    }),
  ]
}

function note({ seconds, events, outcomes }: LoadRun): string {
  const problems = outcomes.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
  return (
    `${Math.round(seconds / 60)} minutes, ${customersAtOnce} customers at once. The floor is the value in the second third, and ours is the value in the last. ` +
    `All authentication tokens were revoked ${events.length} times. The API rejected tokens, tokens expired on the way, and ` +
    `answers were lost, slow, cut off, doubled, or came from a broken gateway.${problems.length > 0 ? ` ${problems.length} checkouts stopped with an error. The first: ${problems[0]}` : ''}`
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
