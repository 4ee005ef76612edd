import { createVirtualClock } from '@forage-session/core/testing'
import { createEmulator } from '@forage-session/emulator'
import { expect, test, vi } from 'vitest'

import type { DemoUpdate } from '../api/demo-api.ts'
import { createDemoLog, type DemoLog } from './demo-log.ts'
import { watchDemo } from './demo-stream.ts'
import { createDemoTime } from './demo-time.ts'

const clock = createVirtualClock()

function noteFaults(log: DemoLog, count: number): void {
  for (let i = 0; i < count; i += 1) log.note({ kind: 'fault', fault: 'calm', outcome: { takenBack: 0 } })
}

test('a watcher of the demo first receives all entries, then only new ones, and nothing after it stops', async () => {
  const { control } = createEmulator({ clock })
  const log = createDemoLog(clock.now)
  const live = vi.spyOn(control, 'live')
  const updates: DemoUpdate[] = []
  noteFaults(log, 2)
  const stop = watchDemo({ control, log, time: createDemoTime(clock.now) }, clock, (update) =>
    updates.push(update),
  )
  await clock.advance(5000)
  noteFaults(log, 1)
  control.fault({ kind: 'latency', ms: 10 })
  await clock.advance(5000)
  expect(updates.map(({ isWhole, entries }) => [isWhole, entries.map(({ id }) => id)])).toEqual([
    [true, ['1', '2']],
    [false, ['3']],
  ])
  expect(updates[1]!.status.armed).toEqual([{ kind: 'latency', left: 1 }])
  stop()
  const polls = live.mock.calls.length
  noteFaults(log, 1)
  await clock.advance(5000)
  expect([updates.length, live.mock.calls.length]).toEqual([2, polls])
})

test('in a long demo the log keeps the latest entries and their ids', () => {
  const log = createDemoLog(clock.now)
  noteFaults(log, 1234)
  const kept = log.after(undefined)
  expect(kept.length).toBeGreaterThanOrEqual(500)
  expect(kept.length).toBeLessThan(1000)
  expect(kept.at(-1)!.id).toBe('1234')
  expect(log.after('1232').map(({ id }) => id)).toEqual(['1233', '1234'])
  expect(log.after('1234')).toEqual([])
  expect(log.after('3')).toEqual(kept)
})
