import { load } from '../../peers/load.ts'
import type { PeerAdapter } from './peer.ts'

interface Token {
  readonly accessToken: string
  readonly expiresAt: number | null
  readonly refreshToken: string | null
}

interface OAuth2 {
  OAuth2Fetch: new (options: { client: object; getNewToken: () => Promise<Token> }) => {
    getAccessToken(): Promise<string>
    fetch(input: string): Promise<Response>
  }
}

export const oauth2Client: PeerAdapter = {
  name: '@badgateway/oauth2-client',
  packages: ['@badgateway/oauth2-client'],
  async create(world) {
    const { OAuth2Fetch } = (await load('@badgateway/oauth2-client')) as OAuth2
    const wrapper = new OAuth2Fetch({
      client: {},
      async getNewToken() {
        const { token, lifetimeMs } = await world.mint()
        // The library's own client computes this from `expires_in`.
        return { accessToken: token, expiresAt: Date.now() + lifetimeMs, refreshToken: null }
      },
    })
    return {
      get: () => wrapper.getAccessToken(),
      fetch: async (url) => (await wrapper.fetch(url)).status,
    }
  },
}
