import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

import { linePlot, type Line } from '../line-plot.ts'
import { judged, type Measured, type Measurement, type Row } from '../measurement.ts'
import { requestsEach } from './checkout-life.ts'
import { hourMs, minuteMs, secondMs } from './day.ts'
import type { SessionRules } from './modeled-session.ts'
import type { DayOptions, SimulatedDay } from './simulated-day.ts'
import { aBadDay } from './weather.ts'

const checkouts = 1_000_000
/** Forage's limit per address (docs.joinforage.app/reference/request-limits). */
const limit = { requests: 900, perSeconds: 300 }

const whole: SessionRules = { jitter: true, coalescing: true, failureMemory: true }
const variants = {
  ours: whole,
  'without jitter': { ...whole, jitter: false },
  'without coalescing': { ...whole, coalescing: false },
  'without failure memory': { ...whole, failureMemory: false },
} satisfies Record<string, SessionRules>
type Name = keyof typeof variants
const names = Object.keys(variants) as Name[]

type Days = Record<Name, SimulatedDay>

/** Simulates a day of a large grocer on which many things go wrong. */
export const simulate: Measurement = {
  about:
    'A day of 1 000 000 checkouts in virtual time, with an outage, a mass revocation and a deploy each hour.',
  async run(): Promise<Measured> {
    const startedAt = performance.now()
    const days = await liveEachDay()
    const seconds = (performance.now() - startedAt) / 1000
    drawn(days)
    return { rows: [...rows(days), ...comparison(days)], notes: notes(days.ours, seconds) }
  },
}

/** Simulates the days, two at a time, because the usual machine has two cores. */
async function liveEachDay(): Promise<Days> {
  const days: Partial<Days> = {}
  const waiting = [...names]
  const lane = async (): Promise<void> => {
    for (let name = waiting.shift(); name; name = waiting.shift()) days[name] = await inThread(variants[name])
  }
  await Promise.all([lane(), lane()])
  return days as Days
}

async function inThread(rules: SessionRules): Promise<SimulatedDay> {
  const workerData: DayOptions = { checkouts, rules, weather: aBadDay, seed: 1 }
  const worker = new Worker(new URL('day-thread.ts', import.meta.url), { workerData })
  const [day] = (await once(worker, 'message')) as [SimulatedDay]
  return day
}

function rows({ ours }: Days): Row[] {
  const revoked = aBadDay.revokedAt / secondMs
  const excess = ours.merchant
    .subarray(revoked, revoked + 1800)
    .filter((requests, second) => requests > ours.apiRequests[revoked + second]!)
  return [
    {
      id: 'day.tokens',
      what: 'token requests per checkout',
      unit: 'requests',
      ours: round(total(ours.merchant) / checkouts),
    },
    {
      id: 'day.peak',
      what: 'token requests at the merchant, at most',
      unit: 'per second',
      ours: most(ours.merchant),
    },
    {
      id: 'day.upstream',
      what: 'token requests sent on to Forage, at most',
      unit: 'per second',
      ours: most(ours.upstream),
    },
    {
      id: 'day.addresses',
      what: 'egress addresses needed for these, by Forage’s limit (900 requests in 5 min each)',
      unit: 'addresses',
      ours: Math.ceil(most(sums(ours.upstream, limit.perSeconds)) / limit.requests),
    },
    {
      id: 'revocation.live',
      what: 'open checkouts at the time of the revocation',
      unit: 'checkouts',
      ours: ours.live,
    },
    judged({
      id: 'revocation.tokens',
      what: 'token requests caused by the revocation, per open checkout',
      unit: 'requests',
      ours: round(ours.afterRevocation / ours.live),
      target: 1.1,
    }),
    judged({
      id: 'revocation.excess',
      what: 'seconds in the half hour after it with more token requests than requests to Forage',
      unit: 'seconds',
      ours: excess.length,
      target: 0,
    }),
  ]
}

const windows = {
  'the whole day': [0, 24 * hourMs],
  'the outage and the minute after it': [aBadDay.outage.from, aBadDay.outage.until + minuteMs],
  'the quarter of an hour after the revocation': [aBadDay.revokedAt, aBadDay.revokedAt + 15 * minuteMs],
} as const

/** Compares the day with the same day without each rule. */
function comparison(days: Days): Row[] {
  return Object.entries(windows).flatMap(([when, [from, until]], index): Row[] => {
    const cut = (name: Name): Uint32Array => days[name].merchant.subarray(from / secondMs, until / secondMs)
    const peers = (of: (counts: Uint32Array) => number): Record<string, number> =>
      Object.fromEntries(names.slice(1).map((name) => [name, of(cut(name))]))
    const what = `token requests in ${when}`
    return [
      { id: `rules.${index}`, what, unit: 'requests', ours: total(cut('ours')), peers: peers(total) },
      {
        id: `rules.${index}.peak`,
        what: `${what}, at most`,
        unit: 'per second',
        ours: most(cut('ours')),
        peers: peers(most),
      },
    ]
  })
}

function notes(ours: SimulatedDay, seconds: number): string[] {
  const api = round(total(ours.apiRequests) / checkouts)
  return [
    `${checkouts.toLocaleString('en')} checkouts with ${requestsEach} requests to Forage each (${api} with replays). Half of the checkouts take at most 5 minutes, and 2 % take more than 20. Half of the customers put the phone away in between, for 15 minutes on average. One in ten has two tabs, and for one in fifty the clock moves forward by up to 5 hours in the middle. Benefits arrive at 9:00, the backend is down from 14:30 to 14:40, and all authentication tokens are revoked at 18:15. A deploy each hour loses three of ten token requests for 5 s. All four days took ${round(seconds)} s to simulate.`,
    'The model uses the library’s own functions for its decisions, and a test compares it with the real session, life by life.',
    '![The day: token requests at the merchant and upstream, and requests to Forage, per second](plots/simulate-day.svg)',
    '![Token requests per second around the outage](plots/simulate-outage.svg)',
    '![Token requests per second around the revocation](plots/simulate-revocation.svg)',
  ]
}

const plots = new URL('../../../../docs/plots/', import.meta.url)
const { outage, revokedAt } = aBadDay

function drawn(days: Days): void {
  mkdirSync(plots, { recursive: true })
  const { apiRequests, merchant, upstream } = days.ours
  const atMerchant = names.map((name) => ({ name, counts: days[name].merchant }))
  const requests = { name: 'requests to Forage', counts: apiRequests }
  const marks = [
    { at: outage.from, label: 'outage' },
    { at: revokedAt, label: 'all revoked' },
  ]
  plot('simulate-day', 'The day', {
    span: [0, 24 * hourMs],
    everySeconds: 300,
    tickEvery: 4 * hourMs,
    marks,
    curves: [
      { name: 'token requests at the merchant', counts: merchant },
      { name: 'sent on to Forage', counts: upstream },
      requests,
    ],
  })
  plot('simulate-outage', 'Token requests at the merchant around an outage', {
    span: [outage.from - 5 * minuteMs, outage.until + 10 * minuteMs],
    everySeconds: 5,
    tickEvery: 5 * minuteMs,
    marks: [
      { at: outage.from, label: 'down' },
      { at: outage.until, label: 'up' },
    ],
    curves: atMerchant,
  })
  plot('simulate-revocation', 'Token requests at the merchant around a mass revocation', {
    span: [revokedAt - 5 * minuteMs, revokedAt + 30 * minuteMs],
    everySeconds: 5,
    tickEvery: 5 * minuteMs,
    marks: [{ at: revokedAt, label: 'all revoked' }],
    curves: [...atMerchant.slice(0, 3), requests],
  })
}

interface DayPlot {
  /** The shown part of the day, in ms since midnight. */
  readonly span: readonly [from: number, until: number]
  readonly everySeconds: number
  readonly tickEvery: number
  readonly marks: readonly { at: number; label: string }[]
  readonly curves: readonly { name: string; counts: Uint32Array }[]
}

function plot(
  file: string,
  title: string,
  { span: [from, until], everySeconds, tickEvery, marks, curves }: DayPlot,
): void {
  const perSecond = (counts: Uint32Array): number[] =>
    sums(counts.subarray(from / secondMs, until / secondMs), everySeconds)
      .filter((_, second) => second % everySeconds === 0)
      .map((sum) => sum / everySeconds)
  const lines: Line[] = curves.map(({ name, counts }) => ({ name, values: perSecond(counts) }))
  const svg = linePlot({
    title,
    x: {
      label: 'time of day',
      values: lines[0]!.values.map((_, index) => from + index * everySeconds * secondMs),
      tickEvery,
      format: timeOfDay,
    },
    y: { label: 'per second', scale: 'log' },
    lines,
    marks,
  })
  writeFileSync(new URL(`${file}.svg`, plots), `${svg}\n`)
}

function timeOfDay(ms: number): string {
  const minutes = Math.round(ms / minuteMs)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** Returns the sum of each window of `together` seconds. */
function sums(counts: Uint32Array, together: number): number[] {
  let sum = 0
  const all: number[] = []
  for (let second = 0; second < counts.length; second += 1) {
    sum += counts[second]! - (counts[second - together] ?? 0)
    if (second >= together - 1) all.push(sum)
  }
  return all
}

function most(counts: Iterable<number>): number {
  let top = 0
  for (const each of counts) top = Math.max(top, each)
  return top
}

function total(counts: Uint32Array): number {
  return counts.reduce((sum, each) => sum + each, 0)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
