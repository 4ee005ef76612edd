import { call, newCalls } from '../drive.ts'
import type { Probe } from '../probe.ts'

const later = { times: 5, everyMs: 15_000 }

/** J: the backend never answers the first token request, but would answer every later one. */
export const hangingBackend: Probe = {
  uses: 'get',
  rows: [
    { id: 'J', what: 'a token request never answers: the first caller waits', unit: 's', target: 10 },
    {
      id: 'J.without',
      what: 'a token request never answers: 5 later callers, without a good token',
      unit: 'calls',
      target: 0,
    },
  ],
  async run(stage) {
    const { world, peers } = await stage({ backend: 'hanging' })
    const [first, others] = [newCalls(), newCalls()]
    call(world, peers[0], first)
    await world.clock.advance(1)
    world.backend('up')
    let waitedS = 0
    for (; first.settled === 0 && waitedS < 15; waitedS += 0.1) await world.clock.advance(100)
    for (let time = 0; time < later.times; time += 1) {
      call(world, peers[0], others)
      await world.clock.advance(later.everyMs)
    }
    const within = first.settled > 0 && waitedS < 15 ? { J: Math.round(waitedS * 10) / 10 } : undefined
    return { ...within, 'J.without': others.made - others.good }
  },
}
