import fc from 'fast-check'

import type { TokenStore } from '../../src/index.ts'
import { startFleet, type Fault } from './fleet.ts'

const minute = 60_000
const day = 86_400_000

export interface FleetStep {
  afterMs: number
  instance: number
  do: 'serve' | 'rotate' | 'revocation-down' | 'revocation-up' | 'lose-data'
  fault: Fault
}

const afterMs = fc.oneof(
  { weight: 3, arbitrary: fc.nat(2000) },
  { weight: 3, arbitrary: fc.nat(20 * minute) },
  { weight: 2, arbitrary: fc.nat(day) },
  // A shop without traffic until shortly before its token expires.
  { weight: 2, arbitrary: fc.nat(20 * minute).map((early) => day - early) },
)

const step: fc.Arbitrary<FleetStep> = fc.record({
  afterMs,
  instance: fc.nat(5),
  do: fc.oneof(
    { weight: 16, arbitrary: fc.constant('serve' as const) },
    { weight: 2, arbitrary: fc.constant('rotate' as const) },
    { weight: 1, arbitrary: fc.constant('revocation-down' as const) },
    { weight: 1, arbitrary: fc.constant('revocation-up' as const) },
  ),
  fault: fc.oneof(
    { weight: 6, arbitrary: fc.constant('none' as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<Fault[]>('error', 'lost', 'crash-before', 'crash-after', 'pause'),
    },
  ),
})

export interface FleetOutcome {
  killedEarly: number
  refused: number
  unaccounted: string[]
  /** Number of tokens that are still alive although their revocation is overdue. */
  leftovers: number
  /** Number of times that an instance found that the store lacked something. */
  restored: number
}

/** Runs these steps with six instances, and then two hours of ordinary traffic. */
export async function runFleet(
  steps: readonly FleetStep[],
  seed: number,
  store?: TokenStore,
): Promise<FleetOutcome> {
  const fleet = await startFleet({ random: randomFrom(seed), ...(store && { store }) })
  for (const { afterMs: ms, instance, do: what, fault } of steps) {
    await fleet.clock.pass(ms)
    if (what === 'serve') await fleet.serve(instance, fault)
    else if (what === 'rotate') await fleet.rotate(instance, fault)
    else if (what === 'lose-data') fleet.loseData()
    else fleet.setRevocation(what === 'revocation-up')
  }
  fleet.setRevocation(true)
  for (let i = 0; i < 12; i++) {
    await fleet.clock.pass(10 * minute)
    await fleet.serve(i % 6, 'none')
  }
  const { killedEarly, refused } = fleet.tally
  const { draining } = await fleet.slot()
  const now = fleet.clock.now()
  const isLeftOver = ({ revokeAfter, expiresAt }: (typeof draining)[number]): boolean =>
    revokeAfter < now - 10 * minute && now < expiresAt
  const leftovers = draining.filter(isLeftOver).length
  const unaccounted = await fleet.unaccounted()
  return { killedEarly, refused, unaccounted, leftovers, restored: fleet.restored() }
}

export const allIsWell: FleetOutcome = {
  killedEarly: 0,
  refused: 0,
  unaccounted: [],
  leftovers: 0,
  restored: 0,
}

export const fleetRun: fc.Arbitrary<[FleetStep[], number]> = fc.tuple(
  fc.array(step, { minLength: 1, maxLength: 20 }),
  fc.nat(),
)

const forgetfulStep: fc.Arbitrary<FleetStep> = fc.record({
  afterMs,
  instance: fc.nat(5),
  do: fc.oneof(
    { weight: 8, arbitrary: fc.constant('serve' as const) },
    { weight: 2, arbitrary: fc.constant('rotate' as const) },
    { weight: 2, arbitrary: fc.constant('lose-data' as const) },
  ),
  // An instance that crashes forgets as well, and a lost answer leaves a token that no instance knows.
  fault: fc.constantFrom<Fault[]>('none', 'none', 'error', 'pause'),
})

/** Steps with a store that loses its data. */
export const forgetfulRun: fc.Arbitrary<[FleetStep[], number]> = fc.tuple(
  fc.array(forgetfulStep, { minLength: 1, maxLength: 20 }),
  fc.nat(),
)

/** Returns a generator of numbers in [0, 1) that a seed repeats (Mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
