import type { Random } from '../random.ts'
import type { FleetTime } from './fleet-time.ts'
import type { ForageApi } from './forage-api.ts'
import type { Outage, Pool } from './year.ts'

/** Some processes that mint session tokens for checkouts. */
export interface FleetUnderTest {
  /** Rejects if the checkout gets no session token. */
  checkout(instance: number, pool: Pool): Promise<void>
  /** A new process in its place: `crash` ends the old one without a word. */
  replace(instance: number, why: 'deploy' | 'crash'): Promise<void>
  /** The tokens of a pool leaked. */
  compromise(pool: Pool): Promise<void>
}

export interface World {
  time: FleetTime
  api: ForageApi
  outages: readonly Outage[]
  random: Random
}

export type CreateFleet = (world: World) => FleetUnderTest

export const lifetimeSeconds = 604_800
