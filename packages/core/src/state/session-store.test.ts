import { expect, test } from 'vitest'

import { createVirtualClock } from '../testing/index.ts'
import { createSessionStore } from './session-store.ts'
import { createSessionTime } from './session-time.ts'

test('the same facts keep the snapshot, although wall time differs by a fraction of a millisecond', async () => {
  const clock = createVirtualClock()
  const time = createSessionTime({ ...clock, monotonic: () => clock.monotonic() * 1.0001 }, () => {})
  const store = createSessionStore(clock, time)
  const held = { expiresAt: 900 }
  store.show({ closed: false, held, failure: undefined, fetching: false })
  const before = store.getSnapshot()
  await clock.advance(500)
  time.read()
  store.show({ closed: false, held, failure: undefined, fetching: false })
  expect(store.getSnapshot()).toBe(before)
  store.show({ closed: false, held: { ...held }, failure: undefined, fetching: false })
  expect(store.getSnapshot()).not.toBe(before)
})
