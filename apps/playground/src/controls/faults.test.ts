import { expect, test } from 'vitest'

import { cardUrl } from '../world/addresses.ts'
import { nothingYet, type Tally } from '../world/history.ts'
import { openTab } from '../world/open-tab.fixture.ts'
import { countsOf, faults } from './faults.ts'

function fault(id: string) {
  return faults.find((each) => each.id === id)!
}

/** Presses a button while a session has a token, and reads the card if the page does so. Returns the counts. */
async function press(
  id: string,
): Promise<{ tally: Tally; status: number } & Awaited<ReturnType<typeof openTab>>> {
  const tab = await openTab()
  await tab.read()
  // The backend gives the same token for ten seconds.
  await tab.world.clock.pass(30_000)
  tab.world.press(fault(id).label)
  await fault(id).run(tab.world)
  const status = fault(id).follow === 'read the balance' ? await tab.read() : 0
  return { ...tab, tally: tab.world.getHistory().since, status }
}

test.for(['expire', 'revoke'])(
  'after "%s", one request is rejected, and sent again with one new token',
  async (id) => {
    const { tally, status } = await press(id)
    expect(status).toBe(200)
    expect(tally).toEqual({ ...nothingYet, rejected: 1, minted: 1, replayed: 1 })
  },
)

test('a slow backend answers one token request for three rejected requests', async () => {
  const { world, session } = await press('slow')
  const answers = Promise.all([1, 2, 3].map(() => session.fetch(cardUrl)))
  await world.clock.pass(10_000)
  expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(world.getHistory().since).toEqual({ ...nothingYet, rejected: 3, minted: 1, replayed: 3 })
})

test('while the backend is down the token stays usable, and the session recovers by itself', async () => {
  const { world, session, read } = await press('down')
  expect(session.getSnapshot().status).toBe('degraded')
  await expect(read()).resolves.toBe(200)
  await world.clock.pass(60_000)
  expect(session.getSnapshot().status).toBe('ready')
  expect(world.getHistory().since).toMatchObject({ rejected: 0, minted: 1 })
})

test('after a step of the clock the session gets one token, and nothing is rejected', async () => {
  const { world, tally, status, read } = await press('clock')
  expect(status).toBe(200)
  expect(tally).toEqual({ ...nothingYet, minted: 1 })
  await world.clock.pass(60_000)
  await read()
  expect(world.getHistory().since).toEqual(tally)
})

test('after a sleep the session gets a token before it sends a request', async () => {
  const { tally, status } = await press('sleep')
  expect(status).toBe(200)
  expect(tally).toEqual({ ...nothingYet, minted: 1 })
})

test('within 15 minutes the session renews its token once, and nothing is rejected', async () => {
  const { tally } = await press('wait')
  expect(tally).toEqual({ ...nothingYet, minted: 1 })
})

test('a second tab takes the token of the first one', async () => {
  const { world } = await press('tab')
  const second = await openTab(world, 1)
  await expect(second.read()).resolves.toBe(200)
  expect(world.getHistory().since).toEqual({ ...nothingYet, shared: 1 })
})

test('the counts name only what happened', () => {
  expect(countsOf({ minted: 1, rejected: 3, replayed: 3, shared: 0, failed: 2 })).toBe(
    '3 rejected with 401 · 2 failed token requests · 1 new session token · 3 sent again · ',
  )
  expect(countsOf(nothingYet)).toBe('')
})
