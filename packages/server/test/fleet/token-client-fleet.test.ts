import fc from 'fast-check'
import { expect, it } from 'vitest'

import { allIsWell, runTokenClients, tokenClientRun } from './token-client-fleet.ts'

/** How many runs. The deep run sets it; what a failing one was is printed with its seed. */
const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? {
  env: {},
}
const numRuns = Number(env['SCHEDULES'] ?? 300)

it(
  `two instances that crash, stand still and meet errors spend no refresh token twice and hand out no dead token, in ${numRuns} random runs`,
  { timeout: 3_600_000 },
  async () => {
    const property = fc.asyncProperty(tokenClientRun, async (run) => {
      expect(await runTokenClients(run)).toEqual(allIsWell)
    })
    await fc.assert(property, { numRuns })
  },
)
