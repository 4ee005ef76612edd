import { createForageSession } from '@forage-session/core'

import { apiUrl, type World } from '../world/world.ts'
import type { PeerAdapter } from './peer.ts'

/** Sets up our session. With `bare`, the endpoint answers with the token alone and without its lifetime. */
export function forageSession(answer: 'expires_in' | 'bare'): PeerAdapter {
  const tokenSource = (world: World) => async () => {
    const { token, lifetimeMs } = await world.mint()
    const ours = `sandbox_${token}`
    return answer === 'bare' ? ours : { token: ours, expires_in: lifetimeMs / 1000 }
  }
  return {
    name: 'ours',
    packages: [],
    sharesTabs: true,
    async create(world, tab) {
      let warnings = 0
      const session = createForageSession({
        tokenSource: tokenSource(world),
        environment: { apiUrl },
        checkoutId: 'checkout',
        renewWhen: world.options.background ? 'always' : 'in-use',
        fetch: world.fetch,
        platform: {
          clock: world.clock,
          random: world.random,
          ...(tab && {
            lifecycle: tab.lifecycle,
            openChannel: tab.openChannel,
            openPresence: tab.openPresence,
          }),
        },
        share: tab ? 'token' : 'off',
      })
      session.on(({ type }) => void (warnings += Number(type === 'lifetime-too-short')))
      return {
        get: () => session.getToken(),
        fetch: async (url) => (await session.fetch(url)).status,
        warnings: () => warnings,
      }
    },
  }
}
