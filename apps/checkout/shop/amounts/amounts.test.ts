import { expect, test } from 'vitest'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { isAllowed } from '../../src/merchant/api/split.ts'
import { checkAmounts, firstAmounts, parseCents } from './amounts.ts'

const order: Order = {
  id: 'o1',
  customerId: 'hash',
  createdAt: 0,
  fulfilment: 'pickup',
  lines: [],
  totalCents: 1828,
  snapEligibleCents: 429,
  ebtEligibleCents: 828,
  card: { ref: 'card1', last4: '0001' },
  payments: [],
  ranOut: [],
  status: 'open',
}
const funds = { snapCents: 100_000, cashCents: 100_000 }

function withPaid(tender: 'ebt_snap' | 'ebt_cash', amountCents: number): Order {
  return {
    ...order,
    payments: [{ tender, amountCents, cardRef: 'card1', ref: 'p1', status: 'paid', refunds: [] }],
  }
}

test('the shop suggests the benefit that pays for least first, and the card for the rest', () => {
  const first = firstAmounts(order, funds)
  expect(first).toEqual({ snap: '4.29', cash: '3.99' })
  expect(checkAmounts(order, funds, first)).toEqual({
    split: { snapCents: 429, cashCents: 399, cardCents: 1000 },
    problems: {},
  })
})

test('no more is suggested than is on the card', () => {
  expect(firstAmounts(order, { snapCents: 200, cashCents: 50 })).toEqual({ snap: '2.00', cash: '0.50' })
})

test('what is paid is fixed, and the rest is suggested around it', () => {
  expect(firstAmounts(withPaid('ebt_cash', 600), funds)).toEqual({ snap: '2.28', cash: '6.00' })
  const { split } = checkAmounts(withPaid('ebt_snap', 100), funds, { snap: '4.29', cash: '1' })
  expect(split).toEqual({ snapCents: 100, cashCents: 100, cardCents: 1628 })
})

test.each([
  [{ snap: '4.30', cash: '0' }, { snap: 'EBT SNAP pays for eligible food only: at most $4.29.' }],
  [{ snap: '50', cash: '3.99' }, { snap: 'EBT SNAP pays for eligible food only: at most $4.29.' }],
  [{ snap: '4.29', cash: '4.00' }, { cash: 'What EBT SNAP does not pay, EBT Cash may: at most $3.99.' }],
  [{ snap: 'four', cash: '0' }, { snap: 'Enter an amount like 12.50, or 0.' }],
  [{ snap: '1', cash: '-1' }, { cash: 'Enter an amount like 12.50, or 0.' }],
])('%j is refused beside the field that is wrong', (texts, problems) => {
  expect(checkAmounts(order, funds, texts)).toEqual({ split: undefined, problems })
})

test('more than is on the card is refused', () => {
  const { problems } = checkAmounts(order, { snapCents: 100, cashCents: 0 }, { snap: '2', cash: '1' })
  expect(problems).toEqual({ snap: 'The EBT SNAP balance is $1.00.', cash: 'The EBT Cash balance is $0.00.' })
})

test('what the page lets through, the backend allows', () => {
  for (const snap of ['0', '1.5', '4.29'])
    for (const cash of ['', '0', '3.99']) {
      const { split } = checkAmounts(order, funds, { snap, cash })
      expect(split && isAllowed(order, split)).toBe(true)
    }
})

test.each([
  ['12.5', 1250],
  ['$1,000', 100_000],
  ['0.07', 7],
  ['3.', 300],
  ['', 0],
  ['1.234', undefined],
  ['1e3', undefined],
])('%s is %s cents', (text, cents) => expect(parseCents(text)).toBe(cents))
