import { expect, test } from 'vitest'

import type { Order, OrderPayment } from '../../src/merchant/api/shop-api.ts'
import { hasRunOut, isProcessing, orderStep, paidCents, splitOf } from './order-flow.ts'

const card = { ref: 'card1', last4: '0001' }

function payment(
  tender: OrderPayment['tender'],
  amountCents: number,
  more: Partial<OrderPayment> = {},
): OrderPayment {
  const cardRef = tender === 'card' ? null : card.ref
  return { tender, amountCents, cardRef, ref: `${tender}-1`, status: 'open', refunds: [], ...more }
}

function order(more: Partial<Order>): Order {
  return {
    id: 'o1',
    customerId: 'hash',
    createdAt: 0,
    fulfilment: 'pickup',
    lines: [],
    totalCents: 1828,
    snapEligibleCents: 429,
    ebtEligibleCents: 828,
    card,
    payments: [],
    extraCharges: [],
    ranOut: [],
    status: 'open',
    ...more,
  }
}

const prepared = [payment('card', 1000), payment('ebt_snap', 429), payment('ebt_cash', 399)]
const halfPaid = prepared.map((each) =>
  each.tender === 'ebt_snap' ? { ...each, status: 'paid' as const } : each,
)

test('a new order needs the EBT card first, then the amounts', () => {
  expect(orderStep(order({ card: null }))).toEqual({ step: 'card' })
  expect(orderStep(order({}))).toEqual({ step: 'amounts', card })
})

test('an order without eligible products needs no EBT card', () => {
  const gift = order({ card: null, snapEligibleCents: 0, ebtEligibleCents: 0 })
  expect(orderStep(gift)).toEqual({ step: 'amounts', card: null })
})

test('each EBT payment needs its own PIN, one after the other', () => {
  expect(orderStep(order({ payments: prepared }))).toMatchObject({
    step: 'pay-snap',
    number: 1,
    count: 2,
    payment: { tender: 'ebt_snap' },
  })
  expect(orderStep(order({ payments: halfPaid }))).toMatchObject({
    step: 'pay-cash',
    number: 2,
    count: 2,
    payment: { tender: 'ebt_cash' },
  })
  expect(paidCents(order({ payments: halfPaid }))).toBe(429)
})

test('EBT SNAP is charged before EBT Cash, also if its payment was prepared later', () => {
  expect(orderStep(order({ payments: prepared.toReversed() }))).toMatchObject({ step: 'pay-snap', number: 1 })
  const cashPaid = prepared.map((each) =>
    each.tender === 'ebt_cash' ? { ...each, status: 'paid' as const } : each,
  )
  expect(orderStep(order({ payments: cashPaid }))).toMatchObject({ step: 'pay-snap', number: 2, count: 2 })
})

test('if payments do not pay the whole order or use another card, the amounts must be chosen again', () => {
  const ranOut = prepared.filter(({ tender }) => tender !== 'ebt_cash')
  expect(orderStep(order({ payments: ranOut })).step).toBe('amounts')
  expect(orderStep(order({ payments: prepared, card: { ref: 'card2', last4: '0002' } })).step).toBe('amounts')
})

test('a payment with one card stays paid when another card pays the rest', () => {
  const payments = halfPaid.map((each) => (each.tender === 'ebt_cash' ? { ...each, cardRef: 'card2' } : each))
  const step = orderStep(order({ payments, card: { ref: 'card2', last4: '0002' } }))
  expect(step).toMatchObject({ step: 'pay-cash', payment: { tender: 'ebt_cash' } })
})

test('the customer can go back to each earlier step until the order is paid or canceled', () => {
  for (const earlier of ['card', 'new-card', 'balance', 'amounts']) {
    expect(orderStep(order({ payments: prepared }), earlier).step).toBe(earlier)
    expect(orderStep(order({ payments: prepared, status: 'paid' }), earlier).step).toBe('receipt')
    expect(orderStep(order({ status: 'canceled' }), earlier).step).toBe('canceled')
  }
})

test('a URL of a step that the order has not reached, or that is over, opens the next step', () => {
  for (const later of ['balance', 'amounts', 'pay-snap', 'receipt', 'nonsense'])
    expect(orderStep(order({ card: null }), later).step).toBe('card')
  for (const later of ['pay-snap', 'pay-cash', 'receipt', 'canceled'])
    expect(orderStep(order({}), later).step).toBe('amounts')
  expect(orderStep(order({ payments: prepared }), 'pay-cash').step).toBe('pay-snap')
  expect(orderStep(order({ payments: halfPaid }), 'pay-snap').step).toBe('pay-cash')
})

test('the split names what each tender pays, and exists only if the payments pay the whole order', () => {
  expect(splitOf(order({ payments: halfPaid }))).toEqual({ snapCents: 429, cashCents: 399, cardCents: 1000 })
  expect(splitOf(order({ payments: prepared.slice(1) }))).toBeUndefined()
})

test('while Forage is charging a payment, its step stays and the next PIN waits', () => {
  const processing = order({
    payments: prepared.map((each) => (each.tender === 'ebt_snap' ? { ...each, status: 'processing' } : each)),
  })
  expect(orderStep(processing)).toMatchObject({
    step: 'pay-snap',
    payment: { tender: 'ebt_snap' },
    number: 1,
  })
  expect(isProcessing(processing, 'ebt_snap-1')).toBe(true)
  expect(isProcessing(processing, 'ebt_cash-1')).toBe(false)
})

test('a payment has run out if it expired and no other one took its place', () => {
  expect(hasRunOut(order({ ranOut: ['ebt_snap-1'] }))).toBe(true)
  expect(
    hasRunOut(order({ ranOut: ['ebt_snap-1'], payments: [payment('ebt_cash', 100, { status: 'paid' })] })),
  ).toBe(true)
  expect(hasRunOut(order({ ranOut: ['ebt_snap-1'], payments: prepared }))).toBe(false)
  // Another tab may have changed the amounts.
  expect(hasRunOut(order({}))).toBe(false)
})
