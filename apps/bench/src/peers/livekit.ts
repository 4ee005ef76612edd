import { load } from '../../peers/load.ts'
import type { PeerAdapter } from './peer.ts'

interface LiveKit {
  TokenSource: {
    custom(source: () => Promise<{ serverUrl: string; participantToken: string }>): {
      fetch(options: object): Promise<{ participantToken: string }>
    }
  }
}

export const livekit: PeerAdapter = {
  name: 'LiveKit',
  packages: ['livekit-client'],
  async create(world) {
    const { TokenSource } = (await load('livekit-client')) as LiveKit
    const source = TokenSource.custom(async () => {
      return { serverUrl: 'wss://live.bench.example', participantToken: (await world.mint()).token }
    })
    return { get: async () => (await source.fetch({})).participantToken }
  },
}
