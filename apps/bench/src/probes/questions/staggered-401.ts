import { apiUrl } from '../../world/world.ts'
import { passUntil } from '../drive.ts'
import type { Probe } from '../probe.ts'

const requests = 10

/**
 * L: ten requests with a dead token take 30, 60, … 300 ms to reach the API, and each new token invalidates the
 * previous one. A manager that mints for each 401 therefore kills the token that its other requests replay with.
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
    const send = async (ms: number): Promise<void> => {
      const status = await peers[0]?.fetch?.(`${apiUrl}/items/${ms}`).catch(() => 0)
      answered.push(status ?? 0)
    }
    for (let n = 1; n <= requests; n += 1) void send(n * 30)
    // Some peers replay endlessly. A request without an answer by then will not get one.
    for (let passed = 0; answered.length < requests && passed < 10_000; passed += 10)
      await world.clock.advance(10)
    const good = answered.filter((status) => status === 200).length
    return { L: world.counts.token, 'L.without': requests - good }
  },
}
