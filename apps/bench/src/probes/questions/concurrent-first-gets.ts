import { call, newCalls } from '../drive.ts'
import type { Probe } from '../probe.ts'

/** A: all callers start at once, and no tab has a token yet. */
function concurrentFirstGets(id: string, tabs: number): Probe {
  const what = `50 concurrent first gets${tabs > 1 ? ` over ${tabs} tabs` : ''}`
  return {
    uses: 'get',
    tabs,
    rows: [
      { id, what, unit: 'token requests', target: 1 },
      { id: `${id}.without`, what: `${what}: without a good token`, unit: 'calls', target: 0 },
    ],
    async run(stage) {
      const { world, peers } = await stage({}, tabs)
      const calls = newCalls()
      for (const peer of peers) for (let n = 0; n < 50 / tabs; n += 1) call(world, peer, calls)
      await world.clock.advance(10_000)
      return { [id]: world.counts.token, [`${id}.without`]: calls.made - calls.good }
    },
  }
}

export const concurrentFirstGetsProbes: Probe[] = [
  concurrentFirstGets('A', 1),
  concurrentFirstGets('A.tabs', 5),
]
