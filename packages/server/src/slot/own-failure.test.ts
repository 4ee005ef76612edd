import { expect, it } from 'vitest'

import { createVirtualClock } from '../../test/fixtures/virtual-clock.ts'
import { OwnFailure } from './own-failure.ts'
import type { SlotFailure } from './slot-document.ts'

it('a failure of one instance ends at its next attempt, and is remembered until a success', async () => {
  const clock = createVirtualClock()
  const own = new OwnFailure(clock)
  expect(own.current).toBeUndefined()
  expect(own.last).toBeNull()
  const at = clock.now()
  const failure: SlotFailure = { kind: 'credential', code: 'x', count: 1, at, nextAttemptAt: at + 1000 }
  own.set(failure)
  await clock.advance(999)
  expect(own.current).toBe(failure)
  await clock.advance(1)
  expect(own.current).toBeUndefined()
  expect(own.last).toBe(failure)
  own.clear()
  expect(own.last).toBeNull()
})

it('a failure from the future, before the clock was set back, holds nothing', () => {
  const clock = createVirtualClock()
  const own = new OwnFailure(clock)
  const at = clock.now() + 3_600_000
  own.set({ kind: 'credential', code: 'x', count: 1, at, nextAttemptAt: at + 1000 })
  expect(own.current).toBeUndefined()
})
