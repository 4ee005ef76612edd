import type { Random } from '../random.ts'
import type { FleetTime } from './fleet-time.ts'
import type { ForageApi } from './forage-api.ts'
import type { Outage, Pool } from './year.ts'

/** The processes of a backend that mint session tokens for checkouts. */
export interface FleetUnderTest {
  /** Rejects if the checkout gets no session token. */
  checkout(instance: number, pool: Pool): Promise<void>
  /** Replaces a process with a new one. `crash` ends the old process without closing it. */
  replace(instance: number, why: 'deploy' | 'crash'): Promise<void>
  /** Handles a leak of a pool's tokens. */
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
