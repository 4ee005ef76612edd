import fc from 'fast-check'
import { expect, it, vi } from 'vitest'

import { fleetRun, runFleet } from './fleet-property.ts'

vi.mock('../../src/slot/token-windows.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/slot/token-windows.ts')>()
  return { ...original, drainMs: 0 }
})

it(
  'the fleet property fails if a rotation revokes the old token without draining it',
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
