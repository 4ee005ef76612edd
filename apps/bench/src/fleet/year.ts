import { randomFrom, type Random } from '../random.ts'

const hour = 3_600_000
export const day = 24 * hour
export const days = 365
export const instances = 12
/** The two pools of the shop. */
export const pools = ['web', 'ios'] as const
export type Pool = (typeof pools)[number]
/** The part of the traffic that uses the first pool. */
const webShare = 0.7

export type Happening =
  | { at: number; do: 'checkout'; instance: number; pool: Pool }
  /** A deploy replaces every instance, one a minute. Waiting customers then come at once. */
  | { at: number; do: 'deploy'; instance: number }
  | { at: number; do: 'crash'; instance: number }
  | { at: number; do: 'compromise' }

/** Which service does not answer, and when. */
export interface Outage {
  of: 'token-endpoint' | 'api' | 'store'
  from: number
  until: number
}

export interface Year {
  start: number
  happenings: readonly Happening[]
  outages: readonly Outage[]
}

/** Draws one year of a shop. The same seed gives every fleet the same year. */
export function drawYear(seed: number): Year {
  const random = randomFrom(seed)
  const start = Date.UTC(2025, 0, 1)
  const outages = [
    ...drawOutages(random, start, { of: 'token-endpoint', count: 12, minutes: [5, 90] }),
    ...drawOutages(random, start, { of: 'api', count: 4, minutes: [5, 20] }),
    ...drawOutages(random, start, { of: 'store', count: 8, minutes: [1, 15] }),
  ]
  const happenings = [
    ...drawCheckouts(random, start),
    ...drawDeploys(random, start),
    ...drawCrashes(random, start),
    ...drawCompromises(random, start, outages),
  ]
  return { start, happenings: happenings.toSorted((a, b) => a.at - b.at), outages }
}

/** Draws checkouts, many by day and few by night, one every three minutes on average. */
function drawCheckouts(random: Random, start: number): Happening[] {
  const drawn: Happening[] = []
  for (let at = start; at < start + days * day;) {
    const busy = 1 + 0.9 * Math.sin(((at % day) / day - 0.25) * 2 * Math.PI)
    at += (-Math.log(1 - random()) * 180_000) / busy
    const instance = Math.floor(random() * instances)
    drawn.push({ at: Math.round(at), do: 'checkout', instance, pool: random() < webShare ? 'web' : 'ios' })
  }
  return drawn
}

// The shop deploys nothing after mid-November.
const freezeFrom = 318 * day

/** Draws two deploys for each working day. */
function drawDeploys(random: Random, start: number): Happening[] {
  const workingDays = Array.from({ length: freezeFrom / day }, (_, i) => start + i * day).filter(
    (at) => ![0, 6].includes(new Date(at).getUTCDay()),
  )
  return workingDays.flatMap((at) =>
    [10, 16].flatMap((clock) => {
      const begin = at + clock * hour + Math.floor(random() * hour)
      return Array.from({ length: instances }, (_, i): Happening => ({
        at: begin + i * 60_000,
        do: 'deploy',
        instance: i,
      }))
    }),
  )
}

/** Draws crashes, about one a month for each instance. */
function drawCrashes(random: Random, start: number): Happening[] {
  return Array.from({ length: instances * 12 }, () => ({
    at: start + Math.floor(random() * days * day),
    do: 'crash',
    instance: Math.floor(random() * instances),
  }))
}

/** Draws one leak a quarter, never near an outage, so that the measured recovery depends on the fleet alone. */
function drawCompromises(random: Random, start: number, outages: readonly Outage[]): Happening[] {
  const isCalm = (at: number): boolean =>
    outages.every(({ from, until }) => at < from - hour || at > until + hour)
  return [0, 1, 2, 3].map((quarter) => {
    for (;;) {
      const at = start + Math.floor((quarter + random()) * 91) * day + Math.floor((8 + random() * 12) * hour)
      if (isCalm(at)) return { at, do: 'compromise' }
    }
  })
}

function drawOutages(
  random: Random,
  start: number,
  { of, count, minutes: [least, most] }: { of: Outage['of']; count: number; minutes: [number, number] },
): Outage[] {
  return Array.from({ length: count }, () => {
    const from = start + Math.floor(random() * days * day)
    return { of, from, until: from + Math.floor(least + random() * (most - least)) * 60_000 }
  })
}
