import { expect, test } from 'vitest'

import type { Order } from '../../src/merchant/api/shop-api.ts'
import { isAllowed } from '../../src/merchant/api/split.ts'
import { checkAmounts, firstAmounts } from './amounts.ts'

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
  extraCharges: [],
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

test('the shop suggests EBT SNAP first, then EBT Cash, and the card for the rest', () => {
  const first = firstAmounts(order, funds)
  expect(first).toEqual({ snap: '4.29', cash: '3.99' })
  expect(checkAmounts(order, funds, first)).toEqual({
    split: { snapCents: 429, cashCents: 399, cardCents: 1000 },
    problems: {},
  })
})

test('the suggested amounts never exceed the balances of the EBT card', () => {
  expect(firstAmounts(order, { snapCents: 200, cashCents: 50 })).toEqual({ snap: '2.00', cash: '0.50' })
})

test('a paid amount is fixed, and the other amounts are suggested around it', () => {
  expect(firstAmounts(withPaid('ebt_cash', 600), funds)).toEqual({ snap: '2.28', cash: '6.00' })
  const { split } = checkAmounts(withPaid('ebt_snap', 100), funds, { snap: '4.29', cash: '1' })
  expect(split).toEqual({ snapCents: 100, cashCents: 100, cardCents: 1628 })
})

test('amounts that the customer chose before are kept, unless the balances no longer cover them', () => {
  const payments = (
    [
      ['card', 1628],
      ['ebt_snap', 100],
      ['ebt_cash', 100],
    ] as const
  ).map(([tender, amountCents]) => ({
    tender,
    amountCents,
    cardRef: tender === 'card' ? null : 'card1',
    ref: tender,
    status: 'open' as const,
    refunds: [],
  }))
  expect(firstAmounts({ ...order, payments }, funds)).toEqual({ snap: '1.00', cash: '1.00' })
  expect(firstAmounts({ ...order, payments }, { snapCents: 50, cashCents: 100_000 })).toEqual({
    snap: '0.50',
    cash: '7.78',
  })
  expect(firstAmounts({ ...order, payments: payments.slice(1) }, funds)).toEqual({
    snap: '4.29',
    cash: '3.99',
  })
})

test.each([
  [{ snap: '4.30', cash: '0' }, { snap: 'EBT SNAP pays only for eligible food, at most $4.29.' }],
  [{ snap: '50', cash: '3.99' }, { snap: 'EBT SNAP pays only for eligible food, at most $4.29.' }],
  [{ snap: '4.29', cash: '4.00' }, { cash: 'EBT Cash can pay the rest, at most $3.99.' }],
  [{ snap: 'four', cash: '0' }, { snap: 'Enter an amount like 12.50, or 0.' }],
  [{ snap: '1', cash: '-1' }, { cash: 'Enter an amount like 12.50, or 0.' }],
])('the amounts %j are refused at the wrong field', (texts, problems) => {
  expect(checkAmounts(order, funds, texts)).toEqual({ split: undefined, problems })
})

test('an amount above the balance of the EBT card is refused', () => {
  const { problems } = checkAmounts(order, { snapCents: 100, cashCents: 0 }, { snap: '2', cash: '1' })
  expect(problems).toEqual({
    snap: 'Your EBT SNAP balance is $1.00.',
    cash: 'Your EBT Cash balance is $0.00.',
  })
})

test('the backend allows every split that the page accepts', () => {
  for (const snap of ['0', '1.5', '4.29'])
    for (const cash of ['', '0', '3.99']) {
      const { split } = checkAmounts(order, funds, { snap, cash })
      expect(split && isAllowed(order, split)).toBe(true)
    }
})
