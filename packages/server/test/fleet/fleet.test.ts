import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { allIsWell, fleetRun, forgetfulRun, randomFrom, runFleet } from './fleet-property.ts'
import { startFleet, type Fault } from './fleet.ts'

/** Number of runs. `test:deep` raises it. fast-check prints the seed of a failed run. */
const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? {
  env: {},
}
const numRuns = Number(env['SCHEDULES'] ?? 300)
const minute = 60_000

describe('six instances with crashes, pauses and errors', () => {
  it(
    `six instances with crashes, pauses and errors kill no session token early and lose no token in ${numRuns} random runs`,
    { timeout: 3_600_000 },
    async () => {
      const property = fc.asyncProperty(fleetRun, async ([steps, seed]) => {
        expect(await runFleet(steps, seed)).toEqual(allIsWell)
      })
      await fc.assert(property, { numRuns })
    },
  )

  it(
    `six instances whose store loses its data kill no session token early and lose no token in ${numRuns} random runs`,
    { timeout: 3_600_000 },
    async () => {
      const property = fc.asyncProperty(forgetfulRun, async ([steps, seed]) => {
        const { restored, refused, ...outcome } = await runFleet(steps, seed)
        // An instance that was idle for long may remember a token that was revoked. After the 401, it gets another one.
        expect({ ...outcome, restored: 0, refused: 0 }).toEqual(allIsWell)
        expect(refused).toBeLessThanOrEqual(6 * restored)
      })
      await fc.assert(property, { numRuns })
    },
  )

  it(
    'six instances with crashes, pauses and errors run 228 days without a session token that dies early',
    { timeout: 120_000 },
    async () => {
      const random = randomFrom(228)
      const fleet = await startFleet({ random })
      const endsAt = fleet.clock.now() + 228 * 24 * 60 * minute
      let failed = 0
      while (fleet.clock.now() < endsAt) {
        await fleet.clock.pass(60 * minute * random())
        const outcome = await fleet.serve(Math.floor(6 * random()), faultOf(random()))
        if (outcome === 'failed') failed++
      }
      expect(fleet.tally.sessions).toBeGreaterThan(10_000)
      expect(fleet.tally).toMatchObject({ killedEarly: 0, refused: 0 })
      // Only the first mints may fail, because no token is available yet.
      expect(failed).toBeLessThan(5)
      expect(fleet.tally.issued / 228).toBeLessThan(1.5)
      expect(await fleet.unaccounted()).toEqual([])
    },
  )
})

function faultOf(random: number): Fault {
  if (random < 0.1) return 'error'
  if (random < 0.15) return 'crash-before'
  if (random < 0.2) return 'pause'
  if (random < 0.23) return 'crash-after'
  return random < 0.25 ? 'lost' : 'none'
}
