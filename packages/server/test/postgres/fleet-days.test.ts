import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { TokenStore } from '../../src/index.ts'
import { runDays } from '../fleet/fleet-days.ts'
import { allIsWell, fleetRun, runFleet } from '../fleet/fleet-property.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'
import { connectedStore } from './stores.ts'

/** Number of runs. fast-check prints the seed of a failed run. */
const numRuns = Number(process.env['SCHEDULES'] ?? 100)

describe.skipIf(!hasPostgres)('six instances over PostgreSQL with crashes, pauses and errors', () => {
  let server: PostgresServer
  let store: TokenStore
  beforeAll(async () => {
    server = await PostgresServer.start()
    store = await connectedStore(server, { max: 2 })
  })
  afterAll(async () => {
    await store.close!()
    await server[Symbol.asyncDispose]()
  })

  /** Returns a part of the store that no other run uses. */
  function emptyStore(): TokenStore {
    const run = crypto.randomUUID()
    return {
      ...store,
      get: (key) => store.get(run + key),
      cas: (key, ...swap) => store.cas(run + key, ...swap),
    }
  }

  it(
    `six instances over PostgreSQL kill no session token early and lose no token in ${numRuns} random runs`,
    { timeout: 3_600_000 },
    async () => {
      const property = fc.asyncProperty(fleetRun, async ([steps, seed]) => {
        expect(await runFleet(steps, seed, { store: emptyStore() })).toEqual(allIsWell)
      })
      await fc.assert(property, { numRuns })
    },
  )

  it(
    'six instances over PostgreSQL run 228 days without a session token that dies early',
    { timeout: 300_000 },
    async () => {
      const days = await runDays(228, emptyStore())
      expect(days.sessions).toBeGreaterThan(10_000)
      expect(days).toMatchObject({ killedEarly: 0, refused: 0, unaccounted: [] })
      // Only the first mints may fail, because no token is available yet.
      expect(days.failed).toBeLessThan(5)
      expect(days.issuedPerDay).toBeLessThan(1.5)
    },
  )
})
