import { load } from '../../peers/load.ts'
import { merchantUrl, type World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

interface Liveblocks {
  createClient(options: {
    authEndpoint: () => Promise<{ token: string }>
    polyfills: { fetch: typeof fetch }
    baseUrl: string
  }): { getInboxNotifications(): Promise<{ inboxNotifications: { id: string }[] }> }
}

/** Liveblocks gives its token only to its own requests. This endpoint returns the token as the ID of an inbox item. */
async function inbox(_input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const id = new Headers(init?.headers).get('Authorization')?.replace('Bearer ', '') ?? ''
  const at = new Date().toISOString()
  return Response.json({
    inboxNotifications: [{ id, kind: '$bench', notifiedAt: at, readAt: null }],
    threads: [],
    subscriptions: [],
    groups: [],
    meta: { requestedAt: at },
  })
}

export const liveblocks: PeerAdapter = {
  name: 'Liveblocks',
  packages: ['@liveblocks/core'],
  getSends: true,
  async create(world: World) {
    const { createClient } = (await load('@liveblocks/core')) as Liveblocks
    const client = createClient({
      authEndpoint: async () => ({ token: (await world.mint()).token }),
      polyfills: { fetch: inbox },
      baseUrl: merchantUrl,
    })
    return {
      async get() {
        const { inboxNotifications } = await client.getInboxNotifications()
        return inboxNotifications[0]?.id ?? ''
      },
    }
  },
}
