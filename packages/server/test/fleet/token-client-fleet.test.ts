import fc from 'fast-check'
import { expect, it } from 'vitest'

import { allIsWell, runTokenClients, tokenClientRun } from './token-client-fleet.ts'

/** Number of runs. `test:deep` raises it. fast-check prints the seed of a failed run. */
const { env } = (globalThis as { process?: { env: Record<string, string | undefined> } }).process ?? {
  env: {},
}
const numRuns = Number(env['SCHEDULES'] ?? 300)

it(
  `two instances with crashes, pauses and errors spend no refresh token twice and return no dead token in ${numRuns} random runs`,
  { timeout: 3_600_000 },
  async () => {
    const property = fc.asyncProperty(tokenClientRun, async (run) => {
      expect(await runTokenClients(run)).toEqual(allIsWell)
    })
    await fc.assert(property, { numRuns })
  },
)
