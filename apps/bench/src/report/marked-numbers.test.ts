import { expect, test } from 'vitest'

import { withNumbers } from './marked-numbers.ts'
import type { Result } from './results.ts'

const size: Result = {
  name: 'size',
  date: '2026-01-01',
  node: 'v24.0.0',
  rows: [{ id: 'core', what: 'core', unit: 'B', ours: 8437 }],
}
const resultOf = (name: string): Result | undefined => (name === 'size' ? size : undefined)

test('withNumbers writes the measured value of a marked number in its unit', () => {
  const page = 'Core is <!-- =size.core KB -->1 kB<!-- = -->, exactly <!-- =size.core -->?<!-- = --> B.'
  const written =
    'Core is <!-- =size.core KB -->8.4 kB<!-- = -->, exactly <!-- =size.core -->8,437<!-- = --> B.'
  expect(withNumbers(page, resultOf)).toBe(written)
  expect(withNumbers(written, resultOf)).toBe(written)
})

test.each(['=size.react', '=speed.core', '=size.core PARSEC'])(
  'withNumbers refuses the mark %s, which no measurement provides',
  (mark) => {
    expect(() => withNumbers(`<!-- ${mark} -->1<!-- = -->`, resultOf)).toThrow('Nothing measures')
  },
)

test('withNumbers writes the range of the peers that are interceptors, and one number if they agree', () => {
  const interceptors = { 'axios-auth-refresh': 3, 'RTK Query docs': 1200 }
  const rows = [
    { id: 'L', what: 'staggered', unit: 'requests', ours: 1, peers: { ...interceptors, 'A library': 5000 } },
    { id: 'K', what: 'endless', unit: 'requests', ours: 1, peers: { 'RTK Query docs': 60 } },
  ]
  const page = '<!-- =probes.L INTERCEPTORS -->?<!-- = --> and <!-- =probes.K INTERCEPTORS -->?<!-- = -->'
  expect(withNumbers(page, () => ({ ...size, rows }))).toBe(
    '<!-- =probes.L INTERCEPTORS -->3 to 1,200<!-- = --> and <!-- =probes.K INTERCEPTORS -->60<!-- = -->',
  )
})
