import { expect, test } from 'vitest'

import { systemClock } from './session-clock.ts'

test('a timer of the platform’s clock does not keep Node.js alive', () => {
  const handle = systemClock.setTimeout(() => {}, 60_000) as { hasRef(): boolean }
  expect(handle.hasRef()).toBe(false)
})
