import fc from 'fast-check'
import { expect, it, vi } from 'vitest'

import { fleetRun, runFleet } from './fleet-property.ts'

vi.mock('../../src/slot/token-windows.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/slot/token-windows.ts')>()
  return { ...original, drainMs: 0 }
})

it(
  'no drain: the old token is revoked at the switch, kills session tokens early, and the property of the fleet finds it',
  { timeout: 60_000 },
  async () => {
    const property = fc.asyncProperty(
      fleetRun,
      async ([steps, seed]) => (await runFleet(steps, seed)).killedEarly === 0,
    )
    const { failed } = await fc.check(property, { numRuns: 300 })
    expect(failed).toBe(true)
  },
)
