import type { TokenStore } from '../../src/index.ts'
import { randomFrom } from './fleet-property.ts'
import { startFleet, type Fault } from './fleet.ts'

const hour = 3_600_000

export interface FleetDays {
  sessions: number
  killedEarly: number
  refused: number
  /** Number of callers without a token. */
  failed: number
  issuedPerDay: number
  unaccounted: string[]
}

/** Runs six instances with ordinary traffic for a number of days, with crashes, pauses and errors. */
export async function runDays(days: number, store?: TokenStore): Promise<FleetDays> {
  const random = randomFrom(days)
  const fleet = await startFleet({ random, ...(store && { store }) })
  const endsAt = fleet.clock.now() + days * 24 * hour
  let failed = 0
  while (fleet.clock.now() < endsAt) {
    await fleet.clock.pass(hour * random())
    const outcome = await fleet.serve(Math.floor(6 * random()), faultOf(random()))
    if (outcome === 'failed') failed++
  }
  const { sessions, killedEarly, refused, issued } = fleet.tally
  const unaccounted = await fleet.unaccounted()
  return { sessions, killedEarly, refused, failed, issuedPerDay: issued / days, unaccounted }
}

function faultOf(random: number): Fault {
  if (random < 0.1) return 'error'
  if (random < 0.15) return 'crash-before'
  if (random < 0.2) return 'pause'
  if (random < 0.23) return 'crash-after'
  return random < 0.25 ? 'lost' : 'none'
}
