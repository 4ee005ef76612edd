import { expect, test } from 'vitest'

import { cardUrl } from '../world/addresses.ts'
import { openTab, type OpenTab } from '../world/open-tab.fixture.ts'
import { nothingYet } from '../world/tally.ts'
import type { Outcome } from '../world/world.ts'
import { faults, type Fault } from './faults.ts'
import { press } from './press.ts'
import { generalWords } from './told.ts'

function fault(id: string): Fault {
  return faults.find((each) => each.id === id)!
}

/** Presses a button as the page does. Returns what happened, and what the page tells about it. */
async function pressed({ world, session }: OpenTab, id: string): Promise<{ outcome: Outcome; told: string }> {
  const followUps = {
    nothing: () => Promise.resolve(),
    'read the balance': () => session.fetch(cardUrl),
    'send three requests': () => Promise.all([1, 2, 3].map(() => session.fetch(cardUrl))),
    'open a tab': async () => (await openTab(world, 1)).session.fetch(cardUrl),
  }
  const pressing = press(world, fault(id), followUps)
  while (world.getHistory().isCounting) await world.clock.pass(100)
  const outcome = await pressing
  return { outcome, told: fault(id).told(outcome) ?? generalWords(outcome) }
}

/** Opens a page that has read the balance, half a minute ago: the backend gives the same token for ten seconds. */
async function openReadTab(): Promise<OpenTab> {
  const tab = await openTab()
  await tab.read()
  await tab.world.clock.pass(30_000)
  return tab
}

const oneReplaced = { ...nothingYet, rejected: 1, received: 1, minted: 1, replayed: 1, holdsToken: true }
const oneFetched = { ...nothingYet, received: 1, minted: 1, holdsToken: true }

test.for([
  ['expire', 'The API answered 401. The session got one new token'],
  ['revoke', 'All session tokens died with the authentication token.'],
] as const)('after "%s", one request is rejected, and sent again with one new token', async ([id, words]) => {
  const { outcome, told } = await pressed(await openReadTab(), id)
  expect(outcome).toEqual(oneReplaced)
  expect(told).toContain(words)
})

test('a slow backend answers one token request for three rejected requests', async () => {
  const { outcome, told } = await pressed(await openReadTab(), 'slow')
  expect(outcome).toEqual({ ...oneReplaced, rejected: 3, replayed: 3 })
  expect(told).toContain('All three requests got a 401. They shared one token request')
})

test('while the token endpoint is down, the balance is read with the token that is still good', async () => {
  const tab = await openReadTab()
  const { outcome, told } = await pressed(tab, 'down')
  expect(outcome).toMatchObject({ rejected: 0, received: 0, holdsToken: true })
  expect(told).toContain('The token is still good')
  expect(tab.session.getSnapshot().status).toBe('degraded')
  await tab.world.clock.pass(60_000)
  expect(tab.session.getSnapshot().status).toBe('ready')
})

test('if the token endpoint goes down before the first token, the page is said to wait', async () => {
  const tab = await openTab()
  const reading = tab.session.fetch(cardUrl).catch((error: unknown) => error)
  const { outcome, told } = await pressed(tab, 'down')
  expect(outcome).toMatchObject({ received: 0, holdsToken: false })
  expect(told).toContain('The session has no token')
  await expect(reading).resolves.toMatchObject({ code: 'endpoint_failed' })
})

test('a second outage lasts as long as the first one', async () => {
  const tab = await openReadTab()
  await pressed(tab, 'down')
  await pressed(tab, 'down')
  await tab.world.clock.pass(15_000)
  const repaired = 'The token endpoint works again.'
  const notes = () => tab.world.getHistory().entries.filter(({ words }) => words === repaired)
  expect(notes()).toHaveLength(0)
  await tab.world.clock.pass(10_000)
  expect(notes()).toHaveLength(1)
})

test('after a step of the clock the session gets one token, and nothing is rejected', async () => {
  const tab = await openReadTab()
  const { outcome, told } = await pressed(tab, 'clock')
  expect(outcome).toEqual(oneFetched)
  expect(told).toContain('it requested a token, once')
  await tab.world.clock.pass(60_000)
  await tab.read()
  expect(tab.world.getHistory().marks.filter(({ kind }) => kind === 'minted')).toHaveLength(2)
})

test('after a sleep the session gets a token before it sends a request', async () => {
  const { outcome, told } = await pressed(await openReadTab(), 'sleep')
  expect(outcome).toEqual(oneFetched)
  expect(told).toContain('The token expired during the sleep.')
})

test('within 15 minutes the session renews its token once, and nothing is rejected', async () => {
  const { outcome, told } = await pressed(await openReadTab(), 'wait')
  expect(outcome).toEqual(oneFetched)
  expect(told).toContain('renewed the token in the background')
})

test('a page that does not use its session is said to renew nothing', async () => {
  const tab = await openReadTab()
  await pressed(tab, 'wait')
  await pressed(tab, 'wait')
  const { outcome, told } = await pressed(tab, 'wait')
  expect(outcome).toEqual({ ...nothingYet, holdsToken: false })
  expect(told).toContain('the session renewed nothing')
})

test('a second tab takes the token of the first one', async () => {
  const { outcome, told } = await pressed(await openReadTab(), 'tab')
  expect(outcome).toEqual({ ...nothingYet, shared: 1, holdsToken: true })
  expect(told).toContain('The second tab asked the first one')
})

test('a press before the first token is not said to cause a 401', async () => {
  const { outcome, told } = await pressed(await openTab(), 'expire')
  expect(outcome).toEqual(oneFetched)
  expect(told).toBe('The session received 1 token from the backend.')
})

test('a token that expires during an outage is not said to be replaced', async () => {
  const tab = await openReadTab()
  await pressed(tab, 'down')
  const { outcome, told } = await pressed(tab, 'expire')
  expect(outcome).toMatchObject({ rejected: 1, received: 0, replayed: 0 })
  expect(told).toMatch(
    /^The API rejected the token of 1 request \(401\)\. \d token requests? brought no token\.$/,
  )
})

test('a second revocation within ten seconds is said to bring an error for now', async () => {
  const tab = await openReadTab()
  await pressed(tab, 'revoke')
  const { outcome, told } = await pressed(tab, 'revoke')
  expect(outcome).toMatchObject({ rejected: 1, received: 0, replayed: 0 })
  expect(told).toContain('It answered with an error for now')
})

test('events after the end of a press are not counted', async () => {
  const tab = await openReadTab()
  const { outcome } = await pressed(tab, 'expire')
  await tab.world.clock.pass(15 * 60_000)
  expect(tab.world.getHistory().tally).toEqual({
    ...nothingYet,
    rejected: 1,
    received: 1,
    minted: 1,
    replayed: 1,
  })
  expect(outcome).toEqual(oneReplaced)
})

test('each two buttons in a row tell something, and the session recovers from them', async () => {
  for (const first of faults) {
    for (const second of faults) {
      const tab = await openTab()
      await tab.read()
      await pressed(tab, first.id)
      const { told } = await pressed(tab, second.id)
      expect(told, `${first.id}, ${second.id}`).toMatch(/\.$/)
      await tab.world.clock.pass(120_000)
      expect(await tab.read(), `${first.id}, ${second.id}`).toBe(200)
    }
  }
})
