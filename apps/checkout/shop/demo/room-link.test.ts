import { createVirtualClock, createVirtualTabs } from '@forage-session/core/testing'
import { expect, test } from 'vitest'

import type { DemoUpdate } from '../../src/merchant/api/demo-api.ts'
import { createRoomStore, type RoomStore } from '../control/state/room-store.ts'
import { status } from '../control/state/test-entries.ts'
import { createFaultyPage, type FaultyPage } from './page-faults.ts'
import { createRoomLink, type RoomLink } from './room-link.ts'

const clock = createVirtualClock()
const hourMs = 3_600_000

interface Browser {
  shop: { link: RoomLink; faulty: FaultyPage }[]
  store: RoomStore
}

/** Opens pages of the shop and a control room in one browser. */
function openBrowser(pages: string[]): Browser {
  const [own, ...tabs] = createVirtualTabs(pages.length + 1, { clock })
  const shop = pages.map((page, i) => {
    const faulty = createFaultyPage(clock)
    const openChannel = (): ReturnType<NonNullable<typeof own>['openChannel']> => tabs[i]!.openChannel('room')
    const link = createRoomLink({ page, faulty, openChannel, now: clock.now })
    return { link, faulty }
  })
  const store = createRoomStore({
    openStream: ({ update }) => {
      update({ isWhole: true, entries: [], status: status(0) } satisfies DemoUpdate)
      return () => {}
    },
    openChannel: () => own!.openChannel('room'),
    setInterval: (run, ms) => repeat(run, ms),
  })
  return { shop, store }
}

function repeat(run: () => void, ms: number): () => void {
  let handle: unknown
  const wait = (): void => {
    handle = clock.setTimeout(() => {
      run()
      wait()
    }, ms)
  }
  wait()
  return () => clock.clearTimeout(handle)
}

const received = {
  type: 'token-received',
  at: 0,
  fingerprint: '0a1b2c3d',
  lifetimeMs: 900_000,
  via: 'endpoint',
} as const
const titles = ({ store }: Browser): string[] =>
  store
    .getSnapshot()
    .entries.map((entry) => (entry.kind === 'page' ? `${entry.page} ${entry.event.type}` : entry.kind))
const pagesOf = ({ store }: Browser): string[] => [...store.getSnapshot().pages.keys()]

test('a control room receives the earlier events of an open page and then its new events', async () => {
  const browser = openBrowser(['a'])
  const { link } = browser.shop[0]!
  link.open()
  link.report(received)
  const stop = browser.store.start()
  await clock.advance(10)
  link.report({ type: 'state', at: 0, from: 'fetching', to: 'ready' })
  await clock.advance(10)
  expect(titles(browser)).toEqual(['a state', 'a token-received'])
  stop()
})

test('a control room knows which pages are open, even if a page closes without a message', async () => {
  const browser = openBrowser(['a', 'b', 'c'])
  for (const { link } of browser.shop) link.open()
  const stop = browser.store.start()
  await clock.advance(10)
  expect(pagesOf(browser)).toEqual(['a', 'b', 'c'])
  browser.shop[0]!.link.close()
  await clock.advance(10)
  expect(pagesOf(browser)).toEqual(['b', 'c'])
  browser.shop[0]!.link.open()
  await clock.advance(10)
  expect(pagesOf(browser)).toEqual(['b', 'c', 'a'])
  await clock.advance(10_000)
  expect(pagesOf(browser)).toHaveLength(3)
  stop()
})

test('a control room can make a page fail its requests and shift its clock, and the page reports it', async () => {
  const browser = openBrowser(['a'])
  const { link, faulty } = browser.shop[0]!
  const send = faulty.fetch(async () => new Response('sent'))
  link.open()
  const stop = browser.store.start()
  browser.store.causeInPages({ isOffline: true, skewMs: -5 * hourMs })
  await clock.advance(10)
  await expect(send('/')).rejects.toThrow(TypeError)
  expect(faulty.clock.now()).toBe(clock.now() - 5 * hourMs)
  expect(faulty.clock.monotonic()).toBe(clock.monotonic())
  expect(browser.store.getSnapshot().pages.get('a')).toEqual({ isOffline: true, skewMs: -5 * hourMs })
  expect(titles(browser)).toEqual(['a faults-caused'])
  browser.store.causeInPages({ isOffline: false, skewMs: 0 })
  await clock.advance(10)
  expect(await (await send('/')).text()).toBe('sent')
  expect(faulty.clock.now()).toBe(clock.now())
  stop()
})

test('without a BroadcastChannel the page still works', () => {
  const faulty = createFaultyPage(clock)
  const link = createRoomLink({ page: 'a', faulty, openChannel: () => undefined, now: clock.now })
  link.open()
  link.report(received)
  link.close()
  expect(faulty.faults()).toEqual({ isOffline: false, skewMs: 0 })
})
