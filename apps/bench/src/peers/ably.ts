import { load } from '../../peers/load.ts'
import { apiUrl, echoUrl, type World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface Rest {
  request(
    method: string,
    path: string,
    version: number,
  ): Promise<{ items: { token: string }[]; statusCode: number }>
}

type Done = (error: string | null, token: string | null) => void

interface AblyModular {
  FetchRequest: unknown
  BaseRest: new (options: {
    authCallback: (params: object, done: Done) => void
    restHost: string
    useBinaryProtocol: boolean
    logLevel: number
    plugins: object
  }) => Rest
}

async function answer(world: World, done: Done): Promise<void> {
  try {
    const { token } = await world.mint()
    done(null, token)
  } catch (error) {
    done(String(error), null)
  }
}

export const ably: PeerAdapter = {
  name: 'Ably REST',
  packages: ['ably'],
  getSends: true,
  async create(world) {
    const { BaseRest, FetchRequest } = (await load('ably/modular')) as AblyModular
    const rest = new BaseRest({
      authCallback: (_params, done) => void answer(world, done),
      restHost: new URL(apiUrl).host,
      useBinaryProtocol: false,
      logLevel: 0,
      plugins: { FetchRequest },
    })
    const get = async (url: string): ReturnType<Rest['request']> =>
      await rest.request('get', new URL(url).pathname, 3)
    return {
      get: async () => (await get(echoUrl)).items[0]?.token ?? '',
      fetch: async (url) => (await get(url)).statusCode,
    }
  },
}
