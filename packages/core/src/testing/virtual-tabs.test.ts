import { expect, test } from 'vitest'

import { createVirtualClock } from './virtual-clock.ts'
import { createVirtualTabs, type VirtualTab } from './virtual-tabs.ts'

function setUp() {
  const clock = createVirtualClock()
  const [first, second] = createVirtualTabs(2, { clock }) as [VirtualTab, VirtualTab]
  const heard: unknown[] = []
  const events: string[] = []
  second.openChannel('cart').onMessage((message) => heard.push(message))
  second.lifecycle.subscribe((event) => events.push(event))
  const { postMessage } = first.openChannel('cart')
  return { clock, first, second, heard, events, say: postMessage }
}

test('the other tabs receive a message, and the sender does not', async () => {
  const { clock, first, heard } = setUp()
  const own: unknown[] = []
  const channel = first.openChannel('cart')
  channel.onMessage((message) => own.push(message))
  channel.postMessage('hello')
  await clock.advance(0)
  expect([heard, own]).toEqual([['hello'], []])
})

test('a message does not change if its object changes after it was posted', async () => {
  const { clock, heard, say } = setUp()
  const message = { count: 1 }
  say(message)
  message.count = 2
  await clock.advance(0)
  expect(heard).toEqual([{ count: 1 }])
})

test('a closed channel throws when a message is posted', () => {
  const { first } = setUp()
  const channel = first.openChannel('cart')
  channel.close()
  expect(() => channel.postMessage('hello')).toThrow(DOMException)
})

test('a frozen tab receives messages and runs timers when it is resumed', async () => {
  const { clock, second, heard, events, say } = setUp()
  const ran: number[] = []
  second.clock.setTimeout(() => ran.push(clock.monotonic()), 100)
  second.freeze()
  say('hello')
  await clock.advance(5000)
  expect([heard, ran]).toEqual([[], []])
  second.resume()
  expect([heard, ran]).toEqual([['hello'], [5000]])
  expect(events).toEqual(['freeze', 'resume'])
})

test('a timer that is cleared before the tab is resumed does not run', async () => {
  const { clock, second } = setUp()
  const ran: string[] = []
  const timer = second.clock.setTimeout(() => ran.push('timer'), 100)
  second.freeze()
  await clock.advance(200)
  second.clock.clearTimeout(timer)
  second.resume()
  expect(ran).toEqual([])
})

test('a page in the back/forward cache is hidden and frozen, and continues afterwards', async () => {
  const { clock, second, events, heard, say } = setUp()
  second.navigateAway()
  expect(second.lifecycle.visible()).toBe(false)
  say('hello')
  await clock.advance(10)
  expect(heard).toEqual([])
  second.navigateBack()
  expect(second.lifecycle.visible()).toBe(true)
  expect(heard).toEqual(['hello'])
  expect(events).toEqual(['pagehide', 'hidden', 'freeze', 'resume', 'visible', 'pageshow'])
})

test('a closed tab receives no message and runs no timer', async () => {
  const { clock, second, heard, say } = setUp()
  const ran: string[] = []
  second.clock.setTimeout(() => ran.push('timer'), 100)
  second.close()
  say('hello')
  await clock.advance(200)
  expect([heard, ran]).toEqual([[], []])
})

test('a tab sees the presence of another tab until that one releases it or is closed', async () => {
  const { clock, first, second } = setUp()
  const own = first.openPresence('cart')
  const isShared = async (): Promise<boolean> => {
    const answer = own.isShared()
    await clock.advance(0)
    return await answer
  }
  second.openPresence('another cart')
  expect(await isShared()).toBe(false)
  const other = second.openPresence('cart')
  expect(await isShared()).toBe(true)
  other.release()
  expect(await isShared()).toBe(false)
  second.openPresence('cart')
  expect(await isShared()).toBe(true)
  second.close()
  expect(await isShared()).toBe(false)
})

test('throttled timers run together at the next multiple of the interval', async () => {
  const { clock, second } = setUp()
  const ran: number[] = []
  for (const ms of [10, 59_999, 60_001]) second.clock.setTimeout(() => ran.push(clock.monotonic()), ms)
  second.throttle(60_000)
  await clock.advance(120_000)
  expect(ran).toEqual([60_000, 60_000, 120_000])
})
