import { load } from '../../peers/load.ts'
import type { World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface HookState {
  readonly request: Request
  readonly response: Response
  readonly retryCount: number
}
interface Ky {
  create(options: object): { get(url: string): Promise<Response> }
  retry(options: { request: Request; code: string }): unknown
}
type Recipe = (ky: Ky, refreshToken: () => Promise<string>) => { hooks: object; retry?: object }

/** Follows the README's "How do I implement token refresh on 401 responses?" */
const beforeRetry: Recipe = (_ky, refreshToken) => ({
  retry: { statusCodes: [401] },
  hooks: {
    beforeRetry: [
      async ({ request }: HookState) => {
        request.headers.set('Authorization', `Bearer ${await refreshToken()}`)
      },
    ],
  },
})

/** Follows the README's `hooks.afterResponse`: "Or retry with a fresh token on a 401 error". */
const afterResponse: Recipe = (ky, refreshToken) => ({
  hooks: {
    afterResponse: [
      async ({ request, response, retryCount }: HookState) => {
        if (response.status !== 401 || retryCount !== 0) return undefined
        const headers = new Headers(request.headers)
        headers.set('Authorization', `Bearer ${await refreshToken()}`)
        return ky.retry({ request: new Request(request, { headers }), code: 'TOKEN_REFRESHED' })
      },
    ],
  },
})

function kyRecipe(name: string, recipe: Recipe): PeerAdapter {
  return {
    name,
    packages: ['ky'],
    async create(world: World) {
      const { default: ky } = (await load('ky')) as { default: Ky }
      let { token } = world.issue()
      const refreshToken = async (): Promise<string> => (token = (await world.mint()).token)
      const { hooks, ...options } = recipe(ky, refreshToken)
      const stamp = ({ request }: HookState): void => request.headers.set('Authorization', `Bearer ${token}`)
      const api = ky.create({ ...options, hooks: { beforeRequest: [stamp], ...hooks } })
      return { fetch: async (url) => (await api.get(url)).status }
    },
  }
}

export const kyBeforeRetry: PeerAdapter = kyRecipe('ky README, beforeRetry', beforeRetry)
export const kyAfterResponse: PeerAdapter = kyRecipe('ky README, afterResponse', afterResponse)
