import { expect, test } from 'vitest'

import { durationLines } from './durations.ts'

test('the lines name the longest checks first, and the time of the whole run', () => {
  const durations = [
    { name: 'types', seconds: 8.4 },
    { name: 'end-to-end tests', seconds: 241.2 },
    { name: 'lint', seconds: 61 },
  ]
  expect(durationLines(durations, 305, 2)).toEqual([
    'The run took 5 min 5 s, two checks at a time. The longest:',
    '   4 min 1 s  end-to-end tests',
    '   1 min 1 s  lint',
  ])
})

test('a run without checks has no longest one', () => {
  expect(durationLines([], 0.2)).toEqual(['The run took 0 s, two checks at a time. The longest:'])
})
