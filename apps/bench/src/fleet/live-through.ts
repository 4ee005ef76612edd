import { randomFrom } from '../random.ts'
import { createFleetTime } from './fleet-time.ts'
import type { CreateFleet, FleetUnderTest } from './fleet-under-test.ts'
import { createForageApi, type ForageApi, type Tally } from './forage-api.ts'
import { day, days, instances, pools, type Happening, type Year } from './year.ts'

export interface Lived extends Tally {
  /** Checkouts that got no session token although the API worked. */
  failed: number
  /** Checkouts that got no session token while the API or its token endpoint was down. */
  failedInOutage: number
  /**
   * Live authentication tokens, counted every 5 minutes. `surplusMs` is the longest time with more than two per pool
   * (the current one and its predecessor).
   */
  live: { mean: number; most: number; mostByMonth: number[]; surplusMs: number }
  /** The ms from each `compromise` to the first valid session token, or undefined if none came in time. */
  recoveriesMs: (number | undefined)[]
}

const sampleMs = 300_000

/** Runs a fleet through a year and returns what happened to its tokens. */
export async function liveThrough(year: Year, createFleet: CreateFleet): Promise<Lived> {
  const time = createFleetTime(year.start)
  const api = createForageApi(time, year.outages)
  const fleet = createFleet({ time, api, outages: year.outages, random: randomFrom(7) })
  const diary = new Diary(year)
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void time.setTimeout(resolve, ms))
  const scene: Scene = { fleet, api, diary, wait, now: () => time.now() }
  for (const happening of year.happenings) {
    for (let at = diary.nextSampleAt; at <= happening.at; at = diary.nextSampleAt) {
      await time.passTo(at)
      diary.sample(api.live())
    }
    await time.passTo(happening.at)
    await time.until(happen(happening, scene))
  }
  return diary.read(api.tally)
}

interface Scene {
  fleet: FleetUnderTest
  api: ForageApi
  diary: Diary
  now: () => number
  wait: (ms: number) => Promise<void>
}

async function happen(happening: Happening, scene: Scene): Promise<void> {
  const { fleet } = scene
  switch (happening.do) {
    case 'checkout':
      return checkout(scene, happening.instance, happening.pool)
    case 'crash':
      return fleet.replace(happening.instance, 'crash')
    case 'deploy':
      await fleet.replace(happening.instance, 'deploy')
      // Customers who waited for the deploy come at once.
      return void (await Promise.all([0, 1, 2].map(() => checkout(scene, happening.instance, 'web'))))
    case 'compromise':
      return compromise(scene)
  }
}

async function checkout({ fleet, diary, now }: Scene, instance: number, pool: 'web' | 'ios'): Promise<void> {
  const at = now()
  await fleet.checkout(instance, pool).catch(() => diary.fail(at, now()))
}

/** Compromises a pool while a customer arrives every 50 ms, at one instance after another. */
async function compromise(scene: Scene): Promise<void> {
  const { fleet, api, diary, wait } = scene
  const [pool] = pools
  const end = api.emergency(pool)
  const work = fleet.compromise(pool)
  const customers = Array.from({ length: instances }, async (_, i) => {
    await wait(i * 50)
    await checkout(scene, i, pool)
  })
  await Promise.all([work, ...customers])
  diary.recoveriesMs.push(end())
}

class Diary {
  readonly recoveriesMs: (number | undefined)[] = []
  nextSampleAt: number
  readonly #year: Year
  readonly #samples: number[] = []
  #failed = 0
  #failedInOutage = 0

  constructor(year: Year) {
    this.#year = year
    this.nextSampleAt = year.start + sampleMs
  }

  sample(live: number): void {
    this.#samples.push(live)
    this.nextSampleAt += sampleMs
  }

  fail(from: number, until: number): void {
    const isOutage = this.#year.outages.some(
      (each) => each.of !== 'store' && each.from <= until && from < each.until,
    )
    if (isOutage) this.#failedInOutage++
    else this.#failed++
  }

  read(tally: Tally): Lived {
    const { recoveriesMs } = this
    const mean = this.#samples.reduce((sum, each) => sum + each, 0) / this.#samples.length
    const perMonth = (days * (day / sampleMs)) / 12
    const mostByMonth = Array.from({ length: 12 }, (_, month) =>
      Math.max(...this.#samples.slice(Math.floor(month * perMonth), Math.floor((month + 1) * perMonth))),
    )
    const surplusMs = longestRun(this.#samples, (live) => live > 2 * pools.length) * sampleMs
    const live = { mean, most: Math.max(...mostByMonth), mostByMonth, surplusMs }
    return { ...tally, failed: this.#failed, failedInOutage: this.#failedInOutage, live, recoveriesMs }
  }
}

/** Returns the length of the longest run of values for which `holds` is true. */
function longestRun<T>(all: readonly T[], holds: (one: T) => boolean): number {
  let [longest, run] = [0, 0]
  for (const one of all) {
    run = holds(one) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
