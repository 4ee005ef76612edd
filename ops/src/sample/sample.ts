import type { DatabaseSync } from 'node:sqlite'

import { createEmulator, type Emulator } from '@forage-session/emulator'
import type { ForageServerOptions } from '@forage-session/server'

import { seededRandom } from '../../../apps/bench/src/world/seeded-random.ts'
import { openDatabase } from '../../../apps/checkout/src/merchant/database.ts'
import { createFleetClock, type FleetClock } from '../../../packages/server/test/fleet/fleet-clock.ts'
import { createSeriesRecorder, type RecordedSeries } from '../prometheus/series.ts'
import { accounts } from './accounts.ts'
import { checkOut, shopOrigin, type ShopWorld } from './customer.ts'
import { createForageLine, type ForageLine } from './forage-line.ts'
import { startInstance, type Instance } from './instance.ts'
import { createSwitchableStore, type SwitchableStore } from './switchable-store.ts'
import { whileTimePasses } from './while-time-passes.ts'

/** The time between two scrapes, in ms of the sample's clock. */
export const scrapeIntervalMs = 15_000

/**
 * The sample checkout under a clock that only `pass` moves: two instances of its backend over one store, the emulator,
 * customers, and a scrape every 15 s. An hour of it takes about a second.
 */
export interface Sample {
  readonly clock: FleetClock
  readonly emulator: Emulator
  readonly line: ForageLine
  readonly store: SwitchableStore
  /** The orders and sign-ins of the shop. */
  readonly database: DatabaseSync
  /** A test may replace, add and remove processes. */
  readonly instances: Instance[]
  /** The services that the pages of new customers call. */
  readonly world: ShopWorld
  /** The number of checkouts that begin in a minute. */
  checkoutsPerMinute: number
  /** Whether Prometheus reaches the instances. */
  isScraped: boolean
  /** Starts a process of the backend. Its options replace the sample's. */
  start(name: string, options?: Partial<ForageServerOptions>): Instance
  /** Lets time pass, with customers and scrapes. */
  pass(minutes: number): Promise<void>
  /** Everything that Prometheus read. */
  readonly recorded: RecordedSeries
  close(): Promise<void>
}

const cardRef = '0123456789'

/** Creates a sample. The options are those of each of its instances. */
export async function createSample(options: Partial<ForageServerOptions> = {}): Promise<Sample> {
  const random = seededRandom(7)
  const exact = createFleetClock()
  // As on a real platform, time passes in whole milliseconds.
  const clock = {
    ...exact,
    setTimeout: (run: () => void, ms: number) => exact.setTimeout(run, Math.ceil(ms)),
  }
  const emulator = createEmulator({ clock })
  await emulator.control.keepCard(cardRef)
  const line = createForageLine(emulator, clock, random)
  const store = createSwitchableStore()
  const database = openDatabase(':memory:')
  const recorder = createSeriesRecorder(scrapeIntervalMs)
  const instances: Instance[] = []
  let turns = 0
  const start: Sample['start'] = (name, own = {}) => {
    const server = { store, fetch: line.fetch, random, ...options, ...own }
    return startInstance({ name, emulator, clock, database, server })
  }
  const world: ShopWorld = {
    clock,
    random,
    shop: async (request) => await instances[turns++ % instances.length]!.fetch(request),
    forage: (request) => emulator.fetch(request),
    cardRef,
    merchantAccount: `mid/${emulator.merchants[0]!.id}`,
    pageOrigin: shopOrigin,
  }
  const arrivals = (): void => {
    const count = (sample.checkoutsPerMinute * scrapeIntervalMs) / 60_000
    const whole = Math.floor(count) + (random() < count % 1 ? 1 : 0)
    for (let i = 0; i < whole; i += 1) {
      const account = accounts[Math.floor(random() * accounts.length)]!.id
      // Half of the customers stay longer than a session token lives.
      const minutes = 1 + 24 * random()
      clock.setTimeout(() => void checkOut(world, account, minutes), random() * scrapeIntervalMs)
    }
  }
  const sample: Sample = {
    clock,
    emulator,
    line,
    store,
    database,
    instances,
    world,
    checkoutsPerMinute: 4,
    isScraped: true,
    recorded: recorder.recorded,
    start,
    async pass(minutes) {
      for (let left = (minutes * 60_000) / scrapeIntervalMs; left > 0; left -= 1) {
        arrivals()
        await clock.pass(scrapeIntervalMs)
        const scraped = sample.isScraped ? instances : []
        recorder.record(await Promise.all(scraped.map(async ({ name, scrape }) => [name, await scrape()])))
      }
    },
    async close() {
      await whileTimePasses(clock, Promise.all(instances.map((instance) => instance.close())))
    },
  }
  instances.push(start('shop-1:9464'), start('shop-2:9464'))
  return sample
}
