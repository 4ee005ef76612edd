import { apiUrl } from '../../world/world.ts'
import { passUntil } from '../drive.ts'
import type { Probe } from '../probe.ts'

const requests = 10

/**
 * L: ten requests with a token that is dead, whose ways to the API take 30, 60, … 300 ms, and each token minted
 * ends the one before. Whoever mints for each 401 kills the token that the others are replaying with.
 */
export const staggered401: Probe = {
  uses: 'fetch',
  rows: [
    { id: 'L', what: '10 staggered 401s with rotating tokens', unit: 'token requests', target: 1 },
    {
      id: 'L.without',
      what: '10 staggered 401s with rotating tokens: not answered with 200',
      unit: 'requests',
      target: 0,
    },
  ],
  async run(stage) {
    const { world, peers } = await stage({ latencyMs: 10 })
    world.rotate()
    await passUntil(world.clock, Promise.resolve(peers[0]?.fetch?.(`${apiUrl}/items/10`)))
    world.revoke()
    world.counts.token = 0
    const answered: number[] = []
    const ask = async (ms: number): Promise<void> => {
      const status = await peers[0]?.fetch?.(`${apiUrl}/items/${ms}`).catch(() => 0)
      answered.push(status ?? 0)
    }
    for (let n = 1; n <= requests; n += 1) void ask(n * 30)
    // Some replay without end: what has no answer by then will not get one.
    for (let passed = 0; answered.length < requests && passed < 10_000; passed += 10)
      await world.clock.advance(10)
    const good = answered.filter((status) => status === 200).length
    return { L: world.counts.token, 'L.without': requests - good }
  },
}
