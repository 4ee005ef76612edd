import { expect, it } from 'vitest'

import { createVirtualClock } from '../../../test/fixtures/virtual-clock.ts'
import type { TokenStore } from '../../store/token-store.ts'
import { StoreTime } from './store-time.ts'

const second = 1000

/** Creates a clock and a store whose clock is ahead, and counts how often the store was asked. */
function createStoreTime(now: ((at: number) => Promise<number>) | undefined) {
  const clock = createVirtualClock()
  const asked = { times: 0, shiftMs: 0 }
  const shifted = { ...clock, now: () => clock.now() + asked.shiftMs }
  const store = {
    now: now && (() => (asked.times++, now(clock.now()))),
  } as TokenStore
  return { clock, asked, time: new StoreTime({ store, clock: shifted, timeoutMs: 500 }) }
}

it("the store's time is asked for once in half a minute, and kept between", async () => {
  const { time, asked, clock } = createStoreTime(async (at) => at + 60_000)
  expect(await time.aheadMs()).toBe(60_000)
  await clock.advance(30 * second - 1)
  expect(await time.aheadMs()).toBe(60_000)
  expect(asked.times).toBe(1)
  await clock.advance(1)
  await time.aheadMs()
  expect(asked.times).toBe(2)
})

it("after this instance's clock was set back, the store is asked again", async () => {
  const { time, asked } = createStoreTime(async (at) => at)
  expect(await time.aheadMs()).toBe(0)
  asked.shiftMs = -2 * 3600 * second
  expect(await time.aheadMs()).toBe(2 * 3600 * second)
})

it('an answer counts as written in the middle of its request, and a difference within the error is noise', async () => {
  let [tookMs, aheadMs] = [100, 1000]
  const { time, clock } = createStoreTime(async (at) => {
    await clock.advance(tookMs)
    return at + tookMs / 2 + aheadMs
  })
  expect(await time.aheadMs()).toBe(1000)
  aheadMs = 1050
  await clock.advance(30 * second)
  expect(await time.aheadMs()).toBe(1000)
  aheadMs = 1051
  await clock.advance(30 * second)
  expect(await time.aheadMs()).toBe(1051)
})

it('after a pause during the request, the time is known roughly, and the store is asked again', async () => {
  let tookMs = 9000
  const { time, asked, clock } = createStoreTime(async (at) => {
    await clock.advance(tookMs)
    return at + tookMs + 3_600_000
  })
  expect(await time.aheadMs()).toBe(3_604_500)
  tookMs = 0
  expect(await time.aheadMs()).toBe(3_600_000)
  await time.aheadMs()
  expect(asked.times).toBe(2)
})

it('an answer that fails or is no time changes nothing, and the store is asked again', async () => {
  let answer = async (at: number): Promise<number> => at + 5000
  const { time, clock, asked } = createStoreTime((at) => answer(at))
  expect(await time.aheadMs()).toBe(5000)
  await clock.advance(30 * second)
  for (const odd of [async () => Promise.reject(new Error('gone')), async () => Number.NaN]) {
    answer = odd
    expect(await time.aheadMs()).toBe(5000)
  }
  expect(asked.times).toBe(3)
})

it('a store without a clock leaves each instance with its own', async () => {
  const { time, asked } = createStoreTime(undefined)
  expect(await time.aheadMs()).toBe(0)
  expect(asked.times).toBe(0)
})
