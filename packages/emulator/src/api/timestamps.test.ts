import * as v from 'valibot'
import { expect, test } from 'vitest'

import { apiVersions } from '../shared/api-versions.ts'
import { isoTime, timestampSchema } from '../shared/wire.ts'
import { writeTimestamps } from './timestamps.ts'

const winter = isoTime(Date.UTC(2026, 0, 15, 12, 0, 0, 7))
const summer = isoTime(Date.UTC(2026, 6, 15, 12))

test('times have the offset of Pacific time before version 2024-05-07, and are in UTC since then', () => {
  expect(writeTimestamps([{ created: winter }, summer], '2024-03-05')).toEqual([
    { created: '2026-01-15T04:00:00.007000-08:00' },
    '2026-07-15T05:00:00.000000-07:00',
  ])
  expect(writeTimestamps([{ created: winter }, summer], '2024-05-07')).toEqual([
    { created: '2026-01-15T12:00:00.007000Z' },
    '2026-07-15T12:00:00.000000Z',
  ])
})

test.each(apiVersions)(
  'a time of version %s has six fraction digits, and other times are undocumented',
  (version) => {
    expect(v.is(timestampSchema, writeTimestamps(winter, version))).toBe(true)
    for (const time of ['2026-01-15T12:00:00Z', winter.toISOString(), '2026-01-15T12:00:00.007000'])
      expect(v.is(timestampSchema, time)).toBe(false)
  },
)
