import { describe, expect, test } from 'vitest'

import { forageSession } from '../peers/forage-session.ts'
import type { PeerAdapter } from '../peers/peer.ts'
import { probes } from './probes.ts'
import { runProbes } from './run-probes.ts'

const rows = probes.flatMap((probe) => probe.rows)

describe.each(['expires_in', 'bare'] as const)(
  'our session, with an endpoint that answers %s',
  async (answer) => {
    const cells = await runProbes({ adapter: forageSession(answer) })

    test.each(rows)('our session passes probe $id ($what): at most $target $unit', ({ id, target }) => {
      expect(cells[id]).toBeLessThanOrEqual(target)
    })
  },
)

describe('a token manager can fail the probes', () => {
  /** Requests a token for each call. */
  const forgetful: PeerAdapter = {
    name: 'forgetful',
    packages: [],
    create: async (world) => ({ get: async () => (await world.mint()).token }),
  }
  /** Requests one token and never another. */
  const trusting: PeerAdapter = {
    name: 'trusting',
    packages: [],
    async create(world) {
      const first = world.mint()
      return { get: async () => (await first).token }
    },
  }

  test('a manager that requests a token for each call sends too many token requests', async () => {
    const cells = await runProbes({ adapter: forgetful })
    expect(cells).toMatchObject({ A: 50, B: 20, C0: 60, E: 240, G: 60 })
    expect(cells).toMatchObject({ 'C0.without': 0, 'J.without': 0 })
  })

  test('a manager that requests only one token returns it after its expiry, and hangs behind an unanswered request', async () => {
    const cells = await runProbes({ adapter: trusting })
    expect(cells).toMatchObject({ A: 1, C0: 1, 'D.without': 1, 'H.late': 1, 'J.without': 5 })
    expect(cells['C0.without']).toBeGreaterThan(40)
  })

  test('a manager gets no cell for a feature that it does not offer', async () => {
    const cells = await runProbes({ adapter: trusting })
    expect(Object.keys(cells)).not.toContain('L')
    expect(Object.keys(cells)).not.toContain('A.tabs')
    expect(Object.keys(cells)).not.toContain('J')
  })
})
