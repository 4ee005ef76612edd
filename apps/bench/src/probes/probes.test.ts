import { describe, expect, test } from 'vitest'

import { forageSession } from '../peers/forage-session.ts'
import type { PeerAdapter } from '../peers/peer.ts'
import { probes } from './probes.ts'
import { runProbes } from './run-probes.ts'

const rows = probes.flatMap((probe) => probe.rows)

describe.each(['expires_in', 'bare'] as const)(
  'the session, with an endpoint that answers %s',
  async (answer) => {
    const cells = await runProbes({ adapter: forageSession(answer) })

    test.each(rows)('$id: $what: at most $target $unit', ({ id, target }) => {
      expect(cells[id]).toBeLessThanOrEqual(target)
    })
  },
)

describe('a question can be failed', () => {
  /** Asks for each call, and sends what it gets once. */
  const forgetful: PeerAdapter = {
    name: 'forgetful',
    packages: [],
    create: async (world) => ({ get: async () => (await world.mint()).token }),
  }
  /** Asks once. */
  const trusting: PeerAdapter = {
    name: 'trusting',
    packages: [],
    async create(world) {
      const first = world.mint()
      return { get: async () => (await first).token }
    },
  }

  test('who asks each time asks too often', async () => {
    const cells = await runProbes({ adapter: forgetful })
    expect(cells).toMatchObject({ A: 50, B: 20, C0: 60, E: 240, G: 60 })
    expect(cells).toMatchObject({ 'C0.without': 0, 'J.without': 0 })
  })

  test('who asks once hands out what is expired, and never gets over a request without an answer', async () => {
    const cells = await runProbes({ adapter: trusting })
    expect(cells).toMatchObject({ A: 1, C0: 1, 'D.without': 1, 'H.late': 1, 'J.without': 5 })
    expect(cells['C0.without']).toBeGreaterThan(40)
  })

  test('what a token manager has not is left out', async () => {
    const cells = await runProbes({ adapter: trusting })
    expect(Object.keys(cells)).not.toContain('L')
    expect(Object.keys(cells)).not.toContain('A.tabs')
    expect(Object.keys(cells)).not.toContain('J')
  })
})
