import { createForageSession, type ForageSession } from '@forage-session/core'

import { cardUrl, environment, merchantAccount } from './addresses.ts'
import { createWorld, type World } from './world.ts'

export interface OpenTab {
  readonly world: World
  readonly session: ForageSession
  /** Reads the card through the session, and returns the status. */
  read(): Promise<number>
}

/** Creates a world, and a session in one of its tabs. */
export async function openTab(given?: World, index: 0 | 1 = 0): Promise<OpenTab> {
  const world = given ?? createWorld(Date.UTC(2026, 10, 29))
  await world.ready
  const session = createForageSession({
    tokenSource: world.tokenSource,
    environment,
    checkoutId: 'order-1',
    merchantAccount,
    fetch: world.fetch,
    platform: { ...world.tabs[index].platform, random: Math.random },
  })
  world.follow(session, index === 0 ? 'page' : 'second-tab')
  return {
    world,
    session,
    async read() {
      const reading = session.fetch(cardUrl)
      await world.clock.pass(3000)
      return (await reading).status
    },
  }
}
