import { judged, type Measurement, type Row } from '../measurement.ts'
import { liveThrough, type Lived } from './live-through.ts'
import { ourFleet } from './our-fleet.ts'
import { processCacheFleet } from './process-cache-fleet.ts'
import { days, drawYear, instances } from './year.ts'

const seed = 2025
const peer = '60 s buffer per process'

/** A year of a fleet in virtual time, with deploys, crashes, outages and leaks; then the same year with the usual cache. */
export const fleet: Measurement = {
  about:
    'A simulated year of twelve instances: token requests, live tokens, session tokens killed early, recovery.',
  async run() {
    const year = drawYear(seed)
    const ours = await liveThrough(year, ourFleet)
    const theirs = await liveThrough(year, processCacheFleet)
    const count = (what: string): number => year.happenings.filter((each) => each.do === what).length
    const down = (of: string): number => year.outages.filter((each) => each.of === of).length
    return {
      rows: questions.map((question) => rowOf(question, ours, theirs)),
      notes: [
        `${days} days, ${instances} instances, two pools with tokens of 7 days: ${count('checkout')} checkouts, ${count('deploy') / instances} rolling deploys, ${count('crash')} crashes, ${count('compromise')} leaks; ${down('token-endpoint')} outages of the token endpoint (5 to 90 min), ${down('api')} of the whole API (5 to 20 min), ${down('store')} of the store (1 to 15 min). A token takes 150 ms, a session token and a revocation 100 ms. The same seed, the same year for both.`,
        `The most live tokens by month: ours ${ours.live.mostByMonth.join(', ')}; ${peer} ${theirs.live.mostByMonth.join(', ')}.`,
        `Session tokens of the pool that leaked die by intent: ours ${ours.killedByIntent}, ${peer} ${theirs.killedByIntent}. The usual cache does not know which tokens a pool has, so its owner revokes all of the client. While the API or its token endpoint was down, ${ours.failedInOutage} and ${theirs.failedInOutage} checkouts got no session token.`,
      ],
    }
  },
}

interface Question {
  id: string
  what: string
  unit: string
  target?: number
  of: (lived: Lived) => number
}

const questions: readonly Question[] = [
  {
    id: 'fleet.requests',
    what: 'requests for an authentication token, a day',
    unit: 'requests',
    of: ({ tokenRequests }) => round(tokenRequests / days),
  },
  {
    id: 'fleet.early',
    what: 'session tokens that died before their 15 minutes, for no good reason',
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
    what: 'the same while the API, or its token endpoint, was down',
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
    id: 'fleet.recovery',
    what: 'from `compromise` to the first good session token, the slowest',
    unit: 'ms',
    target: 1000,
    of: ({ recoveriesMs }) => Math.max(...recoveriesMs.map((ms) => ms ?? Infinity)),
  },
]

function rowOf({ of, ...question }: Question, ours: Lived, theirs: Lived): Row {
  return judged({ ...question, ours: of(ours), peers: { [peer]: of(theirs) } })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
