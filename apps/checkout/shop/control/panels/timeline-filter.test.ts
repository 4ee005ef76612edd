import { expect, test } from 'vitest'

import { fault, page, request } from '../state/test-entries.ts'
import { groupOf, shownEntries, toggled } from './timeline-filter.ts'

test('the timeline hides the entries of a hidden source, and every fault belongs to the group "you"', () => {
  const pressed = page(3, { type: 'faults-caused', at: 3, faults: { isOffline: true, skewMs: 0 } })
  const entries = [pressed, fault(2, 'calm', { takenBack: 0 }), request(1, {})]
  expect(entries.map(groupOf)).toEqual(['you', 'you', 'forage'])
  const hidden = toggled(new Set(), 'you')
  expect(shownEntries(entries, hidden)).toEqual(entries.slice(2))
  expect(shownEntries(entries, toggled(hidden, 'you'))).toEqual(entries)
})
