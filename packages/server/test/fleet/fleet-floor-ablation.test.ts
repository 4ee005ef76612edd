import fc from 'fast-check'
import { expect, it, vi } from 'vitest'

import { fleetRun, runFleet } from './fleet-property.ts'

vi.mock('../../src/slot/token-windows.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/slot/token-windows.ts')>()
  const tokenWindows: typeof original.tokenWindows = (...args) => {
    const windows = original.tokenWindows(...args)
    return { ...windows, mandatoryAt: windows.expiresAt - 60_000 }
  }
  return { ...original, tokenWindows }
})

it(
  'the fleet property fails if tokens are renewed only 60 seconds before they expire',
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
