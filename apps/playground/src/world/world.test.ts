import { createForageSession } from '@forage-session/core'
import { expect, test } from 'vitest'

import { apiOrigin, cardRef, merchantAccount, tokenPath } from './addresses.ts'
import { createWorld } from './world.ts'

test('probe', async () => {
  const world = createWorld(Date.UTC(2026, 10, 29))
  await world.ready
  const session = createForageSession({
    tokenSource: tokenPath,
    environment: { apiUrl: apiOrigin },
    checkoutId: 'cart-1',
    merchantAccount,
    fetch: world.network.fetch,
    platform: world.tabs[0].platform,
  })
  world.follow(session, 'page')
  const read = async () => {
    const got = session.fetch(`${apiOrigin}/api/payment_methods/${cardRef}/`)
    for (let i = 0; i < 10; i++) await world.clock.pass(200)
    return (await got).status
  }
  expect(await read()).toBe(200)
  world.emulator.control.expireSessionTokens()
  world.press('Expire the session token')
  expect(await read()).toBe(200)
  console.log(world.getHistory().entries.map((e) => `${e.at} ${e.source} ${e.words}`).join('\n'), world.getHistory().since)
})
