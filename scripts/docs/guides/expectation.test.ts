import { expect, test } from 'vitest'

import { missingTexts } from './expectation.ts'

test('missingTexts returns each expected line that is not shown', () => {
  expect(missingTexts(['Paid', 'Thank you'], 'Order 7\nPaid\n')).toEqual(['Thank you'])
})

test('missingTexts ignores colors and the width of gaps', () => {
  expect(
    missingTexts(['Local: http://localhost'], '  \u{1B}[32mLocal\u{1B}[0m:   http://localhost/\n'),
  ).toEqual([])
})

test('an ellipsis in an expected line stands for any text of that line, and no other character is a pattern', () => {
  expect(missingTexts(['Paid … (EBT SNAP)'], 'Paid $10.00 (EBT SNAP)')).toEqual([])
  expect(missingTexts(['Paid … now'], 'Paid\nnow')).toEqual(['Paid … now'])
  expect(missingTexts(['a.c'], 'abc')).toEqual(['a.c'])
})
