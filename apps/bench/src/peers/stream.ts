import { load } from '../../peers/load.ts'
import type { World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface StreamChat {
  readonly tokenManager: {
    setTokenOrProvider(provider: () => Promise<string>, user: { id: string }): Promise<void>
    tokenReady(): Promise<string> | null
    getToken(): string
  }
  get(url: string): Promise<unknown>
}

interface Stream {
  StreamChat: new (key: string, options: object) => StreamChat
}

/** Does what `connectUser` does first. It leaves out the WebSocket that `connectUser` opens afterwards. */
function connector({ tokenManager }: StreamChat, world: World): () => Promise<void> {
  let connected: Promise<void> | undefined
  const connect = async (): Promise<void> => {
    try {
      await tokenManager.setTokenOrProvider(async () => (await world.mint()).token, { id: 'customer' })
    } catch (error) {
      connected = undefined
      throw error
    }
  }
  return () => (connected ??= connect())
}

export const stream: PeerAdapter = {
  name: 'Stream',
  packages: ['stream-chat'],
  async create(world) {
    const { StreamChat } = (await load('stream-chat')) as Stream
    const client = new StreamChat('key', { axiosRequestConfig: { adapter: 'fetch' } })
    const connect = connector(client, world)
    return {
      async get() {
        await connect()
        await client.tokenManager.tokenReady()
        return client.tokenManager.getToken()
      },
      async fetch(url) {
        await connect()
        await client.get(url)
        return 200
      },
    }
  },
}
