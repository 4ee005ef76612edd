import { expect, test } from 'vitest'

import { htmlReport } from './html-report.ts'
import { staleReport } from './report.ts'

test('docs/report.html and the marked numbers of the pages match the last measurements', () => {
  expect(staleReport()).toEqual([])
})

test('a report counts the targets that are met and converts the Markdown of its notes', () => {
  const page = htmlReport([
    {
      title: 'Sizes',
      plots: [],
      result: {
        name: 'size',
        date: '2026-01-01T00:00:00Z',
        node: 'v24.0.0',
        rows: [
          { id: 'a', what: 'small', unit: 'B', ours: 1, target: 2, ok: true },
          { id: 'b', what: 'large <b>', unit: 'B', ours: 3, target: 2, ok: false, peers: { other: 30 } },
        ],
        notes: ['A `note`.'],
      },
    },
  ])
  expect(page).toContain('1 of 2 targets are met.')
  expect(page).toContain('missed')
  expect(page).toContain('large &lt;b&gt;')
  expect(page).toContain('<code>note</code>')
})
