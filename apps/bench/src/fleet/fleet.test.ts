import { expect, it } from 'vitest'

import type { CreateFleet } from './fleet-under-test.ts'
import { liveThrough, type Lived } from './live-through.ts'
import { ourFleet } from './our-fleet.ts'
import { processCacheFleet } from './process-cache-fleet.ts'
import { day, drawYear } from './year.ts'

/** Runs a fleet through three weeks without a deploy, with one leak. */
function liveThroughWeeks(createFleet: CreateFleet): Promise<Lived> {
  const year = drawYear(2025)
  const from = year.start + 340 * day
  const weeks = year.happenings.filter(({ at }) => at >= from && at < from + 21 * day)
  const leak = { at: from + 10 * day, do: 'compromise' as const }
  const happenings = [...weeks, leak].toSorted((a, b) => a.at - b.at)
  return liveThrough({ ...year, happenings }, createFleet)
}

it(
  'a fleet of our servers kills no session token early, and after a leak only those of the leaked pool',
  { timeout: 30_000 },
  async () => {
    const lived = await liveThroughWeeks(ourFleet)
    expect(lived).toMatchObject({ killedEarly: 0, bystanders: 0, failed: 0 })
    expect(lived.sessions).toBeGreaterThan(5000)
    expect(lived.live.most).toBeLessThanOrEqual(4)
    expect(lived.live.surplusMs).toBe(0)
    expect(lived.recoveriesMs[0]).toBeLessThan(1000)
  },
)

it(
  'a fleet with the usual cache kills some session tokens early, and keeps a live token for each process',
  { timeout: 30_000 },
  async () => {
    const lived = await liveThroughWeeks(processCacheFleet)
    expect(lived.killedEarly).toBeGreaterThan(0)
    expect(lived.live.most).toBeGreaterThan(20)
    expect(lived.live.surplusMs).toBeGreaterThan(20 * day)
  },
)
