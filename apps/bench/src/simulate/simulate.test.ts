import { createForageSession, isForageSessionError, type PageLifecycle } from '@forage-session/core'
import { createVirtualClock } from '@forage-session/core/testing'
import { expect, test } from 'vitest'

import { randomFrom } from '../random.ts'
import { drawLife, type CheckoutLife } from './checkout-life.ts'
import { minuteMs } from './day.ts'
import { liveThrough } from './live-through.ts'
import type { SessionRules, SessionWorld } from './modeled-session.ts'
import { simulateDay } from './simulated-day.ts'
import { answers, aBadDay, type Weather } from './weather.ts'

const all: SessionRules = { jitter: true, coalescing: true, failureMemory: true }
/** Returns three kinds of trouble at times within the life. */
const weathers = (life: CheckoutLife): Weather[] => {
  const start = life.bursts[0]!.at
  const never = { from: -2, until: -1 }
  return [
    { outage: never, deploy: aBadDay.deploy, revokedAt: start + 2 * minuteMs },
    {
      outage: { from: start + minuteMs, until: start + 15 * minuteMs },
      deploy: aBadDay.deploy,
      revokedAt: -1,
    },
    { outage: { from: start - 1, until: start + 3 * minuteMs }, deploy: aBadDay.deploy, revokedAt: -1 },
  ]
}

interface Story {
  tokenRequests: number[]
  apiRequests: number[]
}

/** Creates a world without chance: each random draw is 0.5. */
function worldOf(weather: Weather, story: Story): SessionWorld {
  return {
    tokenRequest(at) {
      story.tokenRequests.push(Math.round(at))
      return answers(weather, at, 0.5)
    },
    apiRequest(at, mintedAt) {
      story.apiRequests.push(Math.round(at))
      return !(mintedAt < weather.revokedAt && at >= weather.revokedAt) && at - mintedAt < 15 * minuteMs
    },
  }
}

function modeled(life: CheckoutLife, weather: Weather): Story {
  const story: Story = { tokenRequests: [], apiRequests: [] }
  liveThrough(life, all, worldOf(weather, story), () => 0.5)
  return story
}

/** Runs the same life on a page with the real session, under a virtual clock. */
async function real(life: CheckoutLife, weather: Weather): Promise<Story> {
  const story: Story = { tokenRequests: [], apiRequests: [] }
  const world = worldOf(weather, story)
  const clock = createVirtualClock()
  const startMs = clock.monotonic()
  const now = (): number => clock.monotonic() - startMs
  const page = createPage()
  const session = createForageSession({
    tokenSource: async () => {
      if (!world.tokenRequest(now(), 'first')) throw new TypeError('Failed to fetch')
      return { token: `sandbox_${now()}.${story.tokenRequests.length}`, expires_in: 900 }
    },
    fetch: async (_, init) => {
      const bearer = new Headers(init?.headers).get('Authorization')!
      const mintedAt = Number(/sandbox_([\d.]+)\.\d+$/.exec(bearer)![1])
      return new Response(null, { status: world.apiRequest(now(), mintedAt) ? 200 : 401 })
    },
    environment: 'sandbox',
    checkoutId: 'one',
    platform: { clock, lifecycle: page.lifecycle, random: () => 0.5 },
    share: 'off',
  })
  const goTo = async (at: number): Promise<void> => void (at > now() && (await clock.advance(at - now())))
  for (const { at, act } of happenings(life)) {
    await goTo(at)
    await act({ clock, page, use: (requests) => retried(requests) })
  }
  session.close()
  return story

  async function retried(requests: number): Promise<void> {
    const url = 'https://api.sandbox.joinforage.app/api/payments/1/'
    const from = now()
    while (now() - from <= 20 * minuteMs) {
      const sent = Array.from({ length: requests }, () => session.fetch(url))
      const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected')
      if (!failed) return
      const error: unknown = (failed as PromiseRejectedResult).reason
      if (!isForageSessionError(error)) throw error
      await clock.advance(Math.max(0, (error.retryAt ?? 0) - clock.now()))
    }
  }
}

interface Stage {
  readonly clock: ReturnType<typeof createVirtualClock>
  readonly page: ReturnType<typeof createPage>
  readonly use: (requests: number) => Promise<void>
}

function happenings({ bursts, sleep, step }: CheckoutLife): { at: number; act: (stage: Stage) => unknown }[] {
  return [
    ...bursts.map(({ at, requests }) => ({ at, act: ({ use }: Stage) => use(requests) })),
    ...(step ? [{ at: step.at, act: ({ clock }: Stage) => clock.stepWall(step.byMs) }] : []),
    ...(sleep
      ? [
          { at: sleep.from, act: ({ page }: Stage) => page.show(false) },
          { at: sleep.until, act: ({ page }: Stage) => page.show(true) },
        ]
      : []),
  ].toSorted((a, b) => a.at - b.at)
}

function createPage(): { lifecycle: PageLifecycle; show: (visible: boolean) => void } {
  let isVisible = true
  const listeners = new Set<Parameters<PageLifecycle['subscribe']>[0]>()
  return {
    lifecycle: {
      visible: () => isVisible,
      online: () => true,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    show: (visible) => {
      isVisible = visible
      for (const listener of listeners) listener(visible ? 'visible' : 'hidden')
    },
  }
}

test('the modeled session sends its requests at the same times as the real session, in each life', async () => {
  const random = randomFrom(11)
  for (let count = 0; count < 60; count += 1) {
    const drawn = drawLife(random)
    const start = drawn.bursts[0]!.at
    const life = earlier(drawn, start)
    for (const weather of weathers(life)) {
      const expected = await real(life, weather)
      expect([count, modeled(life, weather)]).toEqual([count, expected])
    }
  }
})

/** The virtual clock begins at 0: so does the life, a minute later and not within a deploy. */
function earlier({ bursts, sleep, step }: CheckoutLife, start: number): CheckoutLife {
  const moved = (at: number): number => Math.round(at - start + minuteMs)
  return {
    bursts: bursts.map((burst) => ({ ...burst, at: moved(burst.at), tab: 0 })),
    sleep: sleep && { from: moved(sleep.from), until: moved(sleep.until) },
    step: step && { at: moved(step.at), byMs: Math.round(step.byMs) },
  }
}

test('after a mass revocation, no second has more token requests than requests to the API', () => {
  const day = simulateDay({ checkouts: 100_000, rules: all, weather: aBadDay, seed: 1 })
  const from = Math.floor(aBadDay.revokedAt / 1000)
  for (let second = from; second < from + 600; second += 1)
    expect([second, day.merchant[second]! <= day.apiRequests[second]!]).toEqual([second, true])
  expect(day.afterRevocation / day.live).toBeLessThanOrEqual(1.1)
})

test.each([
  [
    'without the failure memory, an outage causes a storm of token requests',
    { ...all, failureMemory: false },
  ],
  ['without coalescing, each request causes a separate token request', { ...all, coalescing: false }],
])('%s', (_, rules) => {
  const options = { checkouts: 5000, weather: aBadDay, seed: 1 }
  const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0)
  const ours = total(simulateDay({ ...options, rules: all }).merchant)
  expect(total(simulateDay({ ...options, rules }).merchant)).toBeGreaterThan(1.5 * ours)
})
