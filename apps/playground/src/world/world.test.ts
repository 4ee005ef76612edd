import { DEFAULT_CLIENT_SECRET } from '@forage-session/emulator'
import { expect, test } from 'vitest'

import { openTab } from './open-tab.fixture.ts'

test('a request to the API is answered through the whole world: page, backend and API', async () => {
  const { world, read } = await openTab()
  await expect(read()).resolves.toBe(200)
  expect(world.getHistory().entries.map(({ source, words }) => `${source}: ${words}`)).toEqual([
    'page: The session requests a token from the backend: it has none yet.',
    'forage: POST /api/session_token/ → 200',
    expect.stringMatching(/^page: The session received token [0-9a-f]{8}, valid for 15 minutes\.$/),
    'forage: GET /api/payment_methods/1f148fe399/ → 200',
  ])
})

test('time begins when the world is ready', async () => {
  const { world } = await openTab()
  expect(world.elapsed()).toBe(0)
  await world.clock.pass(1500)
  expect(world.elapsed()).toBe(1500)
})

test('a wrong clock of the device does not change the time of the servers', async () => {
  const { world } = await openTab()
  const before = world.clock.servers.now()
  world.clock.page.stepWall(3_600_000)
  expect(world.clock.servers.now()).toBe(before)
})

test('a request to any other site fails, as no request leaves the page', async () => {
  const { world } = await openTab()
  const sent = world.fetch('https://elsewhere.example/').catch((error: unknown) => error)
  await world.clock.pass(1000)
  await expect(sent).resolves.toMatchObject({ name: 'TypeError', message: 'Failed to fetch' })
})

test('the timeline contains neither a token nor the client secret', async () => {
  const { world, session, read } = await openTab()
  await read()
  world.emulator.control.expireSessionTokens()
  await read()
  const told = JSON.stringify(world.getHistory())
  expect(told).not.toContain(await session.getToken())
  expect(told).not.toContain(DEFAULT_CLIENT_SECRET)
})
