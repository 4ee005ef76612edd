import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { spanAt, ticksOf, xOf } from './plot-scale.ts'

const times = fc.integer({ min: 0, max: 48 * 3_600_000 })

test('the plot shows at least the first minute and at most the last twenty', () => {
  expect(spanAt(0)).toMatchObject({ from: 0 })
  expect(spanAt(30_000)).toEqual({ from: 0, until: 66_000 })
  expect(spanAt(3_600_000)).toEqual({ from: 2_400_000, until: 3_720_000 })
})

test('the present and each labeled time lie inside the plot, in their order', () => {
  fc.assert(
    fc.property(times, fc.integer({ min: 2, max: 12 }), (now, most) => {
      const span = spanAt(now)
      const ticks = ticksOf(span, most)
      const all = [...ticks, now].map((at) => xOf(span, at, 100))
      expect(Math.min(...all)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...all)).toBeLessThanOrEqual(100)
      expect(ticks.length).toBeLessThanOrEqual(most + 1)
      expect(ticks).toEqual(ticks.toSorted((one, other) => one - other))
      for (const at of ticks) expect(at % 15_000).toBe(0)
    }),
  )
})
