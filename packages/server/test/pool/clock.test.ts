import { describe, expect, it } from 'vitest'

import { type ServerClock } from '../../src/index.ts'
import { separateStore } from '../fixtures/separate-store.ts'
import { createFixture, merchantAccount } from '../fixtures/server-fixture.ts'
import { createSilentUpstream, createUpstream, oauthError, tokenPath } from '../fixtures/upstream-stub.ts'
import { createVirtualClock, settle, type VirtualClock } from '../fixtures/virtual-clock.ts'

const second = 1000
const hour = 3_600_000
const day = 24 * hour

/** Returns a clock whose time a test can shift. */
function adjustable(clock: VirtualClock): VirtualClock & { shiftMs: number } {
  const shifted = { ...clock, shiftMs: 0, now: () => clock.now() + shifted.shiftMs }
  return shifted
}

describe('a wall clock that changes', () => {
  it.each([
    ['two hours back', -2 * hour],
    ['two hours ahead', 2 * hour],
    ['three days ahead, after a sleep', 3 * day],
  ])('a wall clock that is set %s costs at most one mint and fails no caller', async (_what, shiftMs) => {
    const upstream = createUpstream()
    const clock = adjustable(createVirtualClock())
    const { forage } = createFixture({ clock }, upstream, clock)
    await forage.mintSessionToken({ merchantAccount })
    clock.shiftMs = shiftMs
    for (let i = 0; i < 10; i++) {
      await expect(forage.mintSessionToken({ merchantAccount })).resolves.toBeDefined()
      await clock.advance(second)
    }
    expect(upstream.count(tokenPath)).toBeLessThanOrEqual(2)
  })

  it('a wall clock that is set back does not extend a lease, a failure or a full budget', async () => {
    const store = separateStore()
    const upstream = createUpstream()
    const clock = adjustable(createVirtualClock())
    clock.shiftMs = 2 * hour
    const silent = createSilentUpstream()
    const dead = createFixture({ store, clock, fetch: silent.fetch }, upstream, clock)
    dead.forage
      .pool('web')
      .getToken()
      .catch(() => {})
    await silent.requested
    clock.shiftMs = 0
    const { forage } = createFixture({ store, clock }, upstream, clock)
    await expect(forage.pool('web').getToken()).resolves.toBeDefined()

    clock.shiftMs = 2 * hour
    const failing = createFixture({ clock }, upstream, clock)
    upstream.answerNext(tokenPath, oauthError(429, 'slow_down', { 'retry-after': '3600' }))
    await failing.forage
      .pool('web')
      .getToken()
      .catch(() => {})
    clock.shiftMs = 0
    await expect(failing.forage.pool('web').getToken()).resolves.toBeDefined()
  })
})

describe("Forage's clock", () => {
  it('a difference of more than a minute to the clock of Forage emits an event and changes no expiry', async () => {
    for (const [skewMs, reported] of [
      [2 * hour, [2 * hour]],
      [-2 * hour, [-2 * hour]],
      [30 * second, []],
    ] as const) {
      const { forage, upstream, clock, eventsOf } = createFixture()
      upstream.answerNext(tokenPath, async () => {
        const response = upstream.issue()
        response.headers.set('date', new Date(clock.now() + skewMs).toUTCString())
        return response
      })
      await forage.pool('web').getToken()
      expect(eventsOf('clock-skewed').map((event) => event.skewMs)).toEqual(reported)
      expect(forage.pool('web').status()).toMatchObject({ expiresAt: clock.now() + 7 * day })
    }
  })
})

describe('timers', () => {
  it.each([86_400, 604_800, 2_592_000])(
    'no timer is longer than ten seconds with a token lifetime of %d seconds',
    async (lifetimeSeconds) => {
      const clock = createVirtualClock()
      const armed: number[] = []
      const watched: ServerClock = {
        ...clock,
        setTimeout: (run, ms) => {
          armed.push(ms)
          return clock.setTimeout(run, ms)
        },
      }
      const upstream = createUpstream({ expiresIn: lifetimeSeconds })
      const { forage } = createFixture(
        { clock: watched, pools: { web: { lifetimeSeconds } } },
        upstream,
        clock,
      )
      for (let i = 0; i < 40; i++) {
        await forage.mintSessionToken({ merchantAccount })
        await settle()
        await clock.advance(day)
      }
      expect(armed.length).toBeGreaterThan(40)
      expect(Math.max(...armed)).toBe(10_000)
      expect(clock.pending()).toBe(0)
    },
  )
})

describe('the jitter', () => {
  it('the instance that mints draws the jitter, so that all instances renew at the same time', async () => {
    const store = separateStore()
    const [upstream, clock] = [createUpstream(), createVirtualClock()]
    const fleet = [0, 0.5, 0.999].map((random) =>
      createFixture({ store, random: () => random }, upstream, clock),
    )
    for (const { forage } of fleet) await forage.pool('web').getToken()
    const points = fleet.map(({ forage }) => forage.pool('web').status())
    expect(points.map((status) => status.state === 'ready' && status.renewAt)).toEqual([
      clock.now() + 7 * day - 12 * hour,
      clock.now() + 7 * day - 12 * hour,
      clock.now() + 7 * day - 12 * hour,
    ])
  })
})
