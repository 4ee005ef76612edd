import type { Peer } from '../../peers/peer.ts'
import { apiUrl } from '../../world/world.ts'
import type { Probe } from '../probe.ts'

/** Sends a request and ignores its outcome, because the probe only counts requests. */
function send(peer: Peer | undefined): void {
  peer?.fetch?.(`${apiUrl}/items`).catch(() => {})
}

/** K: the API answers 401 to every request. */
const oneRequest: Probe = {
  uses: 'fetch',
  rows: [{ id: 'K', what: 'endless 401: one request, sent within 10 min', unit: 'times', target: 2 }],
  async run(stage) {
    const { world, peers } = await stage()
    world.revoke('forever')
    send(peers[0])
    await world.clock.advance(600_000)
    return { K: world.counts.api }
  },
}

const manyRequests: Probe = {
  uses: 'fetch',
  rows: [{ id: 'K.calls', what: 'endless 401: 60 requests at 1/s', unit: 'token requests', target: 10 }],
  async run(stage) {
    const { world, peers } = await stage()
    world.revoke('forever')
    for (let time = 0; time < 60; time += 1) {
      send(peers[0])
      await world.clock.advance(1000)
    }
    return { 'K.calls': world.counts.token }
  },
}

export const endless401Probes: Probe[] = [oneRequest, manyRequests]
