import { expect, test } from 'vitest'

import { missingTexts } from './expectation.ts'

test('every promised line has to be shown', () => {
  expect(missingTexts(['Paid', 'Thank you'], 'Order 7\nPaid\n')).toEqual(['Thank you'])
})

test('colors and the width of a gap do not matter', () => {
  expect(
    missingTexts(['Local: http://localhost'], '  \u{1B}[32mLocal\u{1B}[0m:   http://localhost/\n'),
  ).toEqual([])
})

test('an ellipsis is any text of that line, and nothing else is a pattern', () => {
  expect(missingTexts(['Paid … (EBT SNAP)'], 'Paid $10.00 (EBT SNAP)')).toEqual([])
  expect(missingTexts(['Paid … now'], 'Paid\nnow')).toEqual(['Paid … now'])
  expect(missingTexts(['a.c'], 'abc')).toEqual(['a.c'])
})
