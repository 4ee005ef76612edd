import { load } from '../../peers/load.ts'
import type { PeerAdapter } from './peer.ts'

interface Axios {
  get(url: string): Promise<{ status: number }>
  interceptors: { request: { use(run: (request: Config) => Config): void } }
}
interface Config {
  headers: Record<string, string>
}
interface AxiosModule {
  default: { create(defaults: object): Axios }
}
interface AuthRefresh {
  createAuthRefresh(
    axios: Axios,
    refresh: (failed: { response: { config: Config } }) => Promise<void>,
  ): number
}

/** Follows the README's "Usage" and "Request interceptor", with the defaults. */
export const axiosAuthRefresh: PeerAdapter = {
  name: 'axios-auth-refresh',
  packages: ['axios-auth-refresh', 'axios'],
  async create(world) {
    const { default: axios } = (await load('axios')) as AxiosModule
    const { createAuthRefresh } = (await load('axios-auth-refresh')) as AuthRefresh
    const client = axios.create({ adapter: 'fetch' })
    let { token } = world.issue()
    client.interceptors.request.use((request) => {
      request.headers['Authorization'] = `Bearer ${token}`
      return request
    })
    createAuthRefresh(client, async (failed) => {
      token = (await world.mint()).token
      failed.response.config.headers['Authorization'] = `Bearer ${token}`
    })
    return { fetch: async (url) => (await client.get(url)).status }
  },
}
