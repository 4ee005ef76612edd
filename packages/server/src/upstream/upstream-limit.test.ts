import fc from 'fast-check'
import { expect, it } from 'vitest'

import { createVirtualClock, turn, type VirtualClock } from '../../test/fixtures/virtual-clock.ts'
import { isForageServerError } from '../shared/errors.ts'
import { createUpstreamLimit, type UpstreamLimitOptions, type UpstreamShare } from './upstream-limit.ts'

interface Entry {
  share: UpstreamShare
  sentAt: number
  outcome?: { at: number; retryAt?: number | undefined; reason?: unknown }
}

interface LimitSetup {
  clock: VirtualClock
  startedAt: number
  send: (share: UpstreamShare, signal?: AbortSignal) => Entry
  /** The times at which requests were allowed, in ms from the start. */
  entered: (share?: UpstreamShare) => number[]
}

function open(options: Partial<UpstreamLimitOptions> = {}): LimitSetup {
  const clock = createVirtualClock(turn)
  const startedAt = clock.now()
  const limit = createUpstreamLimit({ requests: 3, perMs: 1000, queueMs: 200, ...options }, clock)
  const entries: Entry[] = []
  const send = (share: UpstreamShare, signal?: AbortSignal): Entry => {
    const entry: Entry = { share, sentAt: clock.now() - startedAt }
    entries.push(entry)
    limit.enter(share, signal).then(
      () => (entry.outcome = { at: clock.now() - startedAt }),
      (reason: unknown) => {
        const retryAt = isForageServerError(reason) ? reason.retryAt : undefined
        entry.outcome = { at: clock.now() - startedAt, retryAt, reason }
      },
    )
    return entry
  }
  const entered = (share?: UpstreamShare): number[] =>
    entries
      .filter((entry) => entry.outcome && !('reason' in entry.outcome) && (!share || entry.share === share))
      .map(({ outcome }) => outcome!.at)
      .toSorted((a, b) => a - b)
  // Requests that are decided at once are recorded before the time moves on.
  const advance = async (ms: number): Promise<void> => {
    await turn()
    await clock.advance(ms)
  }
  return { clock: { ...clock, advance }, startedAt, send, entered }
}

/** Returns the highest number of times in one half-open window. */
function mostInAWindow(times: readonly number[], perMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + perMs).length))
}

async function code(entry: Entry): Promise<string | undefined> {
  await turn()
  const reason = entry.outcome?.reason
  return isForageServerError(reason) ? reason.code : undefined
}

it('the upstream limit allows requests at once while there is room, and later requests as soon as their turn comes', async () => {
  const { send, clock, entered } = open()
  for (let i = 0; i < 3; i++) send('session-token')
  await clock.advance(900)
  for (let i = 0; i < 2; i++) send('session-token')
  await clock.advance(99)
  expect(entered()).toEqual([0, 0, 0])
  await clock.advance(1)
  expect(entered()).toEqual([0, 0, 0, 1000, 1000])
  expect(clock.pending()).toBe(0)
})

it('the upstream limit refuses a request at once if it would wait too long, and says when to try again', async () => {
  const { send, clock, startedAt } = open()
  for (let i = 0; i < 3; i++) send('session-token')
  const refused = send('session-token')
  expect(await code(refused)).toBe('upstream_throttled')
  expect(refused.outcome).toMatchObject({ at: 0, retryAt: startedAt + 1000 })
  await clock.advance(900)
  for (let i = 0; i < 3; i++) send('session-token')
  const behind = send('session-token')
  expect(await code(behind)).toBe('upstream_throttled')
  expect(behind.outcome).toMatchObject({ at: 900, retryAt: startedAt + 2000 })
})

it('the upstream limit reserves two thirds for session tokens', async () => {
  const { send, entered } = open({ requests: 9 })
  const others = Array.from({ length: 5 }, () => send('other'))
  await turn()
  expect(entered('other')).toHaveLength(3)
  expect(await code(others[3]!)).toBe('upstream_throttled')
  for (let i = 0; i < 7; i++) send('session-token')
  await turn()
  expect(entered('session-token')).toHaveLength(6)
})

it('the upstream limit lets session tokens use all of it', async () => {
  const { send, entered } = open({ requests: 9 })
  for (let i = 0; i < 9; i++) send('session-token')
  await turn()
  expect(entered()).toHaveLength(9)
})

it('session tokens pass other requests in the queue, which are refused after they have waited too long', async () => {
  const { send, clock, entered } = open({ requests: 1 })
  send('session-token')
  await clock.advance(900)
  const other = send('other')
  const token = send('session-token')
  await clock.advance(100)
  expect(token.outcome?.at).toBe(1000)
  await clock.advance(100)
  expect(await code(other)).toBe('upstream_throttled')
  expect(other.outcome?.at).toBe(1100)
  expect(entered('other')).toEqual([])
  expect(clock.pending()).toBe(0)
})

it('an aborted request loses its place in the queue', async () => {
  const { send, clock } = open({ requests: 1 })
  send('session-token')
  await clock.advance(900)
  const controller = new AbortController()
  const gone = send('session-token', controller.signal)
  controller.abort(new Error('gone'))
  const patient = send('other')
  await clock.advance(100)
  expect(gone.outcome?.reason).toEqual(new Error('gone'))
  expect(patient.outcome).toEqual({ at: 1000 })
})

it('a request that was aborted before is refused', async () => {
  const { send, entered } = open()
  const entry = send('other', AbortSignal.abort(new Error('gone')))
  await turn()
  expect(entry.outcome?.reason).toEqual(new Error('gone'))
  expect(entered()).toEqual([])
})

it('with `queueMs: 0` no request waits', async () => {
  const { send, clock } = open({ requests: 1, queueMs: 0 })
  send('session-token')
  await clock.advance(999)
  expect(await code(send('session-token'))).toBe('upstream_throttled')
  expect(clock.pending()).toBe(0)
})

it('the upstream limit does not block requests for hours after the clock was set back', async () => {
  const clock = createVirtualClock(turn)
  let setBackMs = 0
  const shifted = { ...clock, now: () => clock.now() - setBackMs }
  const limit = createUpstreamLimit({ requests: 1, perMs: 1000, queueMs: 200 }, shifted)
  await limit.enter('session-token')
  setBackMs = 3_600_000
  await expect(limit.enter('session-token')).rejects.toMatchObject({ retryAt: shifted.now() + 1000 })
  await clock.advance(1000)
  await limit.enter('session-token')
})

it('without an upstream limit every request is allowed', async () => {
  const limit = createUpstreamLimit(false, createVirtualClock(turn))
  const all = Promise.all(Array.from({ length: 2000 }, () => limit.enter('other')))
  expect(await all).toHaveLength(2000)
})

const schedule = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 400 }),
    share: fc.constantFrom<UpstreamShare>('session-token', 'other'),
    leavesAfterMs: fc.option(fc.integer({ min: 0, max: 300 })),
    burst: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 15 },
)
const limits = fc.record({
  requests: fc.integer({ min: 1, max: 12 }),
  perMs: fc.integer({ min: 1, max: 1500 }),
  queueMs: fc.integer({ min: 0, max: 700 }),
})

it('over random schedules no window holds more than the limit, other requests never use more than a third, and no request waits longer than `queueMs`', async () => {
  await fc.assert(
    fc.asyncProperty(limits, schedule, async (options, steps) => {
      const { send, clock, entered } = open(options)
      const entries: Entry[] = []
      for (const { afterMs, share, leavesAfterMs, burst } of steps) {
        await clock.advance(afterMs)
        for (let i = 0; i < burst; i++) {
          const controller = new AbortController()
          entries.push(send(share, controller.signal))
          if (leavesAfterMs !== null) clock.setTimeout(() => controller.abort(), leavesAfterMs)
        }
      }
      await clock.advance(options.queueMs + 1000)
      expect(mostInAWindow(entered(), options.perMs)).toBeLessThanOrEqual(options.requests)
      const third = Math.max(1, Math.floor(options.requests / 3))
      expect(mostInAWindow(entered('other'), options.perMs)).toBeLessThanOrEqual(third)
      for (const { sentAt, outcome } of entries)
        expect(outcome!.at - sentAt).toBeLessThanOrEqual(options.queueMs)
      expect(clock.pending()).toBe(0)
    }),
    { numRuns: 200 },
  )
}, 20_000)
